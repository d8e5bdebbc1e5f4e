import type { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { LoamError } from '../../../core/errors.ts';
import type { Call, Handler } from '../../../wire/operation.ts';
import type { SecretsContext } from '../context.ts';
import { CURRENT, type Secret, secretArn } from '../secret.ts';
import { deleteSecretRow, insertSecret, selectSecret } from '../tables/secrets.ts';
import { selectVersions } from '../tables/versions.ts';
import type { SecretValue } from '../values.ts';
import { addValue } from '../write-value.ts';
import { refuseMembers } from './refusals.ts';
import { readTags } from './tags.ts';
import { readValueInput } from './value-input.ts';

const NAME = /^[a-zA-Z0-9/_+=.@!-]{1,512}$/;
const SUFFIX_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SUFFIX_LENGTH = 6;

export function createSecretOperation(context: SecretsContext): Handler<CreateSecretCommand> {
  return async (input, call) => {
    refuseMembers(input, {
      AddReplicaRegions: 'The replication of secrets',
      ForceOverwriteReplicaSecret: 'The replication of secrets',
      Type: 'A secret that a partner manages',
    });
    const { Name: name } = input;
    checkName(name);
    const value = readValueInput(input);
    const now = new Date(context.clock.now());
    const secret: Secret = {
      ...{ account: call.scope.account, region: call.scope.region, name, suffix: makeSuffix(context) },
      ...{ description: input.Description ?? null, kmsKey: input.KmsKeyId ?? null, tags: readTags(input.Tags) },
      ...{ policy: null, createdAt: now, changedAt: now, accessedAt: null, deletedAt: null, deleteAfter: null },
    };
    const token = input.ClientRequestToken ?? context.ids.uuid();
    const made = await insertSecret(context.database, secret);
    const kept = made ? secret : await recall(context, call, name, token, value);
    if (value) await storeFirst(context, kept, { token, value, call, made });
    return { ARN: secretArn(kept), Name: name, ...(value && { VersionId: token }) };
  };
}

interface FirstValue {
  readonly token: string;
  readonly value: SecretValue;
  readonly call: Call;
  readonly made: boolean;
}

/** A secret whose value cannot be kept is not made. */
async function storeFirst(
  context: SecretsContext,
  secret: Secret,
  { token, value, call, made }: FirstValue,
): Promise<void> {
  try {
    await addValue(context, secret, { token, value, stages: [CURRENT], user: call });
  } catch (error) {
    if (made) await deleteSecretRow(context.database, secret, secret.name);
    throw error;
  }
}

/** A request that is sent again finds what it made. @throws LoamError `secret-exists`, `secret-deleted` */
async function recall(
  { database }: SecretsContext,
  { scope }: Call,
  name: string,
  token: string,
  value: SecretValue | undefined,
): Promise<Secret> {
  const present = await selectSecret(database, scope, name);
  if (present?.deletedAt) {
    throw new LoamError('secret-request-invalid', {
      problem: `You can't create this secret because a secret with this name is already scheduled for deletion`,
    });
  }
  const versions = present && value ? await selectVersions(database, present) : [];
  const only = versions.length === 1 ? versions[0] : undefined;
  if (present && only?.versionId === token) return present;
  throw new LoamError('secret-exists', { name });
}

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new LoamError('request-invalid', {
    message: 'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  });
}

function makeSuffix({ ids }: SecretsContext): string {
  let suffix = '';
  while (suffix.length < SUFFIX_LENGTH) {
    // Greater bytes are drawn again, so that every character is equally likely.
    for (const byte of ids.bytes(SUFFIX_LENGTH)) {
      if (byte < 4 * SUFFIX_LETTERS.length) suffix += SUFFIX_LETTERS.charAt(byte % SUFFIX_LETTERS.length);
    }
  }
  return suffix.slice(0, SUFFIX_LENGTH);
}
