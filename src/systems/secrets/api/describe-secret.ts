import type { DescribeSecretCommand, ListSecretVersionIdsCommand } from '@aws-sdk/client-secrets-manager';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { SecretsContext } from '../context.ts';
import { findSecret } from '../find-secret.ts';
import { type Secret, secretArn } from '../secret.ts';
import { selectVersions, type Version } from '../tables/versions.ts';
import { printTags } from './tags.ts';

const PAGE = 100;

/** What a description and a listing say alike. */
export function printSecret(secret: Secret) {
  const { description, kmsKey, accessedAt, deletedAt, tags } = secret;
  return {
    ARN: secretArn(secret),
    Name: secret.name,
    ...(description !== null && { Description: description }),
    ...(kmsKey !== null && { KmsKeyId: kmsKey }),
    LastChangedDate: secret.changedAt,
    ...(accessedAt && { LastAccessedDate: accessedAt }),
    ...(deletedAt && { DeletedDate: deletedAt }),
    CreatedDate: secret.createdAt,
    ...(Object.keys(tags).length > 0 && { Tags: printTags(tags) }),
  };
}

/** The versions that have a stage. */
export function printStages(versions: readonly Version[]): Record<string, string[]> {
  return Object.fromEntries(
    versions.filter(({ stages }) => stages.length > 0).map(({ versionId, stages }) => [versionId, [...stages]]),
  );
}

export function describeSecretOperation({ database }: SecretsContext): Handler<DescribeSecretCommand> {
  return async ({ SecretId }, { scope }) => {
    const secret = await findSecret(database, scope, SecretId, { deleted: true });
    const stages = printStages(await selectVersions(database, secret));
    return { ...printSecret(secret), ...(Object.keys(stages).length > 0 && { VersionIdsToStages: stages }) };
  };
}

export function listSecretVersionIdsOperation(context: SecretsContext): Handler<ListSecretVersionIdsCommand> {
  const { database, pageTokens } = context;
  return async (input, { scope }) => {
    const secret = await findSecret(database, scope, input.SecretId, { deleted: true });
    const name = `secret-versions/${secretArn(secret)}/${input.IncludeDeprecated === true}`;
    const versions = await selectVersions(database, secret);
    const wanted = input.IncludeDeprecated ? versions : versions.filter(({ stages }) => stages.length > 0);
    const after = input.NextToken === undefined ? undefined : pageTokens.open(name, input.NextToken);
    const begin = after === undefined ? 0 : wanted.findIndex(({ versionId }) => versionId === after) + 1;
    if (after !== undefined && begin === 0) throw new LoamError('next-token-invalid', {});
    const page = wanted.slice(begin, begin + (input.MaxResults ?? PAGE));
    const last = page.at(-1);
    return {
      ARN: secretArn(secret),
      Name: secret.name,
      Versions: page.map(({ versionId, stages, createdAt, accessedAt, keyArn }) => ({
        VersionId: versionId,
        ...(stages.length > 0 && { VersionStages: [...stages] }),
        CreatedDate: createdAt,
        ...(accessedAt && { LastAccessedDate: accessedAt }),
        KmsKeyIds: [secret.kmsKey === null ? 'DefaultEncryptionKey' : keyArn],
      })),
      ...(last && begin + page.length < wanted.length && { NextToken: pageTokens.seal(name, last.versionId) }),
    };
  };
}
