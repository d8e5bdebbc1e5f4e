import type {
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  ValidateResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import { parsePolicy } from '../../../access/policy/parse-policy.ts';
import { isPublicPolicy } from '../../../access/policy/public-policy.ts';
import { isLoamError, LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { SecretsContext } from '../context.ts';
import { findSecret } from '../find-secret.ts';
import { secretArn } from '../secret.ts';
import { updateSecret } from '../tables/secrets.ts';

export function getResourcePolicyOperation({ database }: SecretsContext): Handler<GetResourcePolicyCommand> {
  return async ({ SecretId }, { scope }) => {
    const secret = await findSecret(database, scope, SecretId);
    const { policy } = secret;
    return { ARN: secretArn(secret), Name: secret.name, ...(policy !== null && { ResourcePolicy: policy }) };
  };
}

export function putResourcePolicyOperation({ database }: SecretsContext): Handler<PutResourcePolicyCommand> {
  return async ({ SecretId, ResourcePolicy, BlockPublicPolicy }, { scope }) => {
    const secret = await findSecret(database, scope, SecretId);
    const policy = parsePolicy(ResourcePolicy, 'resource');
    if (BlockPublicPolicy && isPublicPolicy(policy)) throw new LoamError('policy-public', {});
    await updateSecret(database, secret, { policy: ResourcePolicy });
    return { ARN: secretArn(secret), Name: secret.name };
  };
}

export function deleteResourcePolicyOperation({ database }: SecretsContext): Handler<DeleteResourcePolicyCommand> {
  return async ({ SecretId }, { scope }) => {
    const secret = await findSecret(database, scope, SecretId);
    await updateSecret(database, secret, { policy: null });
    return { ARN: secretArn(secret), Name: secret.name };
  };
}

export function validateResourcePolicyOperation({ database }: SecretsContext): Handler<ValidateResourcePolicyCommand> {
  return async ({ SecretId, ResourcePolicy }, { scope }) => {
    if (SecretId !== undefined) await findSecret(database, scope, SecretId);
    const problem = problemOf(ResourcePolicy);
    const ValidationErrors = problem ? [problem] : [];
    return { PolicyValidationPassed: !problem, ValidationErrors };
  };
}

function problemOf(document: string) {
  try {
    const policy = parsePolicy(document, 'resource');
    return isPublicPolicy(policy)
      ? { CheckName: 'PublicAccess', ErrorMessage: 'The policy gives everybody access to the secret.' }
      : undefined;
  } catch (error) {
    if (!isLoamError(error)) throw error;
    return { CheckName: 'Syntax', ErrorMessage: error.message };
  }
}
