import type { BatchGetSecretValueCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { isLoamError, LoamError } from '../../../core/errors.ts';
import type { Call, Handler } from '../../../wire/operation.ts';
import type { SecretsContext } from '../context.ts';
import { findSecret } from '../find-secret.ts';
import { readValue, type WantedVersion } from '../read-value.ts';
import { secretArn } from '../secret.ts';
import { secretsErrors } from './errors.ts';
import { listPage } from './list-secrets.ts';
import { printValue } from './value-input.ts';

const MOST_AT_ONCE = 20;

export function getSecretValueOperation(context: SecretsContext): Handler<GetSecretValueCommand> {
  return ({ SecretId, VersionId, VersionStage }, call) =>
    read(context, call, SecretId, { versionId: VersionId, stage: VersionStage });
}

async function read(context: SecretsContext, call: Call, id: string, wanted: WantedVersion) {
  const secret = await findSecret(context.database, call.scope, id);
  const { version, ...value } = await readValue(context, secret, wanted, call);
  return {
    ARN: secretArn(secret),
    Name: secret.name,
    VersionId: version.versionId,
    ...printValue(value),
    VersionStages: [...version.stages],
    CreatedDate: version.createdAt,
  };
}

export function batchGetSecretValueOperation(context: SecretsContext): Handler<BatchGetSecretValueCommand> {
  return async (input, call) => {
    if ((input.SecretIdList === undefined) === (input.Filters === undefined)) {
      throw new LoamError('request-invalid', { message: 'Give either SecretIdList or Filters.' });
    }
    if (input.SecretIdList && (input.MaxResults !== undefined || input.NextToken !== undefined)) {
      throw new LoamError('request-invalid', { message: 'MaxResults and NextToken go with Filters.' });
    }
    const page =
      input.Filters && (await listPage(context, call, { ...input, MaxResults: input.MaxResults ?? MOST_AT_ONCE }));
    const ids = input.SecretIdList ?? page?.secrets.map(secretArn) ?? [];
    const read = await Promise.all(ids.map((id) => tryToRead(context, call, id)));
    return {
      SecretValues: read.flatMap((one) => ('value' in one ? [one.value] : [])),
      Errors: read.flatMap((one) => ('error' in one ? [one.error] : [])),
      ...(page?.nextToken !== undefined && { NextToken: page.nextToken }),
    };
  };
}

/** Each is allowed or refused for itself. */
async function tryToRead(context: SecretsContext, call: Call, id: string) {
  const access = { action: 'secretsmanager:GetSecretValue', resource: id };
  try {
    const denied = { ...access, caller: call.principal.arn };
    if (!(await call.may(access))) throw new LoamError('access-denied', denied);
    return { value: await read(context, call, id, {}) };
  } catch (error) {
    if (!isLoamError(error)) throw error;
    const name = secretsErrors[error.code];
    if (typeof name !== 'string') throw error;
    return { error: { SecretId: id, ErrorCode: name, Message: error.message } };
  }
}
