import { isLoamError, LoamError } from '../../core/errors.ts';
import { openBytes, sealBytes } from '../../storage/keys/sealed-stream.ts';
import type { KeyUser, SecretsContext } from './context.ts';
import { type Secret, scopeOf, secretArn } from './secret.ts';
import type { SealedValue } from './tables/versions.ts';

/** A value in the clear. */
export interface SecretValue {
  readonly bytes: Buffer;
  /** Whether it was given as bytes rather than as text. */
  readonly isBinary: boolean;
}

/** The most that a value may take, in bytes of UTF-8. */
export const MOST_VALUE_BYTES = 65_536;

const OWN_KEY = 'alias/aws/secretsmanager';

/**
 * Encrypts a value under a data key of the secret's key.
 *
 * @throws LoamError `access-denied`, `secret-encryption-failed`
 */
export async function sealValue(
  context: SecretsContext,
  secret: Secret,
  versionId: string,
  { bytes, isBinary }: SecretValue,
  user: KeyUser | undefined,
): Promise<SealedValue> {
  const about = contextOf(secret, versionId);
  const key = secret.kmsKey ?? OWN_KEY;
  await told('secret-encryption-failed', requireUse(user, secret, { action: 'kms:GenerateDataKey', key, about }));
  const generating = context.dataKeys.generate(scopeOf(secret), key, about);
  const { plaintext, sealed, keyArn } = await told('secret-encryption-failed', generating);
  const sealedValue = sealBytes(plaintext, bytes);
  const createdAt = new Date(context.clock.now());
  return { versionId, keyArn, sealedKey: Buffer.from(sealed), sealedValue, isBinary, createdAt };
}

/** @throws LoamError `access-denied`, `secret-decryption-failed` */
export async function openValue(
  context: SecretsContext,
  secret: Secret,
  value: SealedValue,
  user: KeyUser | undefined,
): Promise<SecretValue> {
  const about = contextOf(secret, value.versionId);
  const use = { action: 'kms:Decrypt', key: value.keyArn, about } as const;
  await told('secret-decryption-failed', requireUse(user, secret, use));
  const opening = context.dataKeys.open(scopeOf(secret), value.sealedKey, about);
  const dataKey = await told('secret-decryption-failed', opening);
  return { bytes: openBytes(dataKey, value.sealedValue), isBinary: value.isBinary };
}

/** Tells what is wrong with a key in the words of this service. */
async function told<Result>(
  code: 'secret-encryption-failed' | 'secret-decryption-failed',
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!isLoamError(error) || !error.code.startsWith('kms-')) throw error;
    throw new LoamError(code, { reason: error.message }, { cause: error });
  }
}

type EncryptionContext = Readonly<Record<string, string>>;

function contextOf(secret: Secret, versionId: string): EncryptionContext {
  return { SecretARN: secretArn(secret), SecretVersionId: versionId };
}

interface KeyUse {
  readonly action: 'kms:GenerateDataKey' | 'kms:Decrypt';
  readonly key: string;
  readonly about: EncryptionContext;
}

async function requireUse(user: KeyUser | undefined, secret: Secret, { action, key, about }: KeyUse): Promise<void> {
  if (!user) return;
  const resource = arnOf(secret, key);
  const pairs = Object.entries(about).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]);
  const keys = {
    'kms:ViaService': `secretsmanager.${secret.region}.amazonaws.com`,
    'kms:EncryptionContextKeys': Object.keys(about),
    ...Object.fromEntries(pairs),
  };
  if (await user.may({ action, resource, keys })) return;
  throw new LoamError('access-denied', { action, resource, caller: user.principal.arn });
}

function arnOf({ account, region }: Secret, key: string): string {
  if (key.startsWith('arn:')) return key;
  return `arn:aws:kms:${region}:${account}:${key.startsWith('alias/') ? key : `key/${key}`}`;
}
