import type { Access, ResourceGuard } from '../../access/policy/contract.ts';
import { parsePolicy } from '../../access/policy/parse-policy.ts';
import { isLoamError, LoamError } from '../../core/errors.ts';
import type { Asking } from '../../wire/operation.ts';
import type { SecretsContext } from './context.ts';
import { findSecret } from './find-secret.ts';
import { secretArn } from './secret.ts';

/** What a secret, or the key that it is under, says of who may use it. */
export async function guardSecret(
  context: SecretsContext,
  access: Access,
  { scope, principal, operation }: Asking,
): Promise<ResourceGuard | undefined> {
  if (access.action.startsWith('kms:')) return context.keyGuard({ access, scope, principal });
  const id = access.resource;
  if (id === '*' || operation === 'CreateSecret') return undefined;
  try {
    const secret = await findSecret(context.database, scope, id, { deleted: true });
    const tags = Object.entries(secret.tags).flatMap(([name, value]) => [
      [`aws:ResourceTag/${name}`, value],
      [`secretsmanager:ResourceTag/${name}`, value],
    ]);
    const policy = secret.policy === null ? undefined : parsePolicy(secret.policy, 'resource');
    return {
      account: secret.account,
      resource: secretArn(secret),
      keys: { 'secretsmanager:SecretId': secretArn(secret), ...Object.fromEntries(tags) },
      ...(policy && { policy: { name: `resource policy of ${secretArn(secret)}`, policy } }),
    };
  } catch (error) {
    const foreign = id.startsWith('arn:') && !id.includes(`:${principal.account}:`);
    // Nobody learns which secrets another account has.
    if (!foreign || !isLoamError(error, 'secret-not-found')) throw error;
    throw new LoamError(
      'access-denied',
      { action: access.action, resource: id, caller: principal.arn },
      { cause: error },
    );
  }
}
