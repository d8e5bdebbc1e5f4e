import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { EncryptionContext } from '../../storage/keys/data-keys.ts';
import { checkContext, type KeyMaterial, openText, readHeader, sealText } from './ciphertext.ts';
import type { KmsContext } from './context.ts';
import { findKey } from './find-key.ts';
import { type Key, keyArn, scopeOf } from './key.ts';
import { checkUsable } from './key-state.ts';
import { selectMaterial } from './tables/versions.ts';

/** Seals a version of a key's material under the root key. */
export function sealMaterial({ keyring }: KmsContext, keyArn: string, version: number, material: Uint8Array): Buffer {
  return keyring.seal(material, `kms:${keyArn}:${version}`);
}

/** The material of a version, in the clear. @throws LoamError `kms-ciphertext-invalid` when the key has no such version */
export async function openMaterial(context: KmsContext, key: Key, version = key.version): Promise<KeyMaterial> {
  const arn = keyArn(key);
  const sealed = await selectMaterial(context.database, scopeOf(key), { keyId: key.keyId, version });
  if (!sealed) throw new LoamError('kms-ciphertext-invalid', {});
  return { keyArn: arn, version, material: context.keyring.open(sealed, `kms:${arn}:${version}`) };
}

/** Encrypts up to 4 KB under the newest version of a key. @throws LoamError `kms-key-disabled`, … */
export async function encrypt(
  context: KmsContext,
  key: Key,
  plaintext: Uint8Array,
  encryptionContext: EncryptionContext,
): Promise<Buffer> {
  checkUsable(key);
  checkContext(encryptionContext);
  return sealText(await openMaterial(context, key), plaintext, encryptionContext);
}

export interface Decrypted {
  readonly plaintext: Buffer;
  readonly key: Key;
}

/**
 * Decrypts with the key that the ciphertext names.
 *
 * @param expected the key that the caller says it is under, where it does
 * @throws LoamError `kms-ciphertext-invalid`, `kms-key-incorrect`, `kms-key-not-found`, `kms-key-disabled` …
 */
export async function decrypt(
  context: KmsContext,
  scope: Scope,
  blob: Uint8Array,
  { encryptionContext = {}, expected }: { encryptionContext?: EncryptionContext; expected?: Key | undefined },
): Promise<Decrypted> {
  const header = readHeader(blob);
  if (expected && keyArn(expected) !== header.keyArn) throw new LoamError('kms-key-incorrect', {});
  const key = expected ?? (await findKey(context.database, scope, header.keyArn));
  checkUsable(key);
  const material = await openMaterial(context, key, header.version);
  return { plaintext: openText(material, blob, encryptionContext), key };
}
