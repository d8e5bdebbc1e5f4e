import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { parseArn } from '../../core/arn.ts';
import { LoamError } from '../../core/errors.ts';
import type { EncryptionContext } from '../../storage/keys/data-keys.ts';

/**
 * What Encrypt gives: it says itself which key opens it.
 *
 * ```
 * format (1) | length of ARN (1) | key ARN | key version (4) | salt (16) | nonce (12) | tag (16) | ciphertext
 * ```
 *
 * AES-256-GCM; everything before the tag and the encryption context are authenticated with it. Each has a key of its own, derived
 * from the material with its salt, so one key may encrypt any number of texts.
 */
const FORMAT = 1;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const ALGORITHM = 'aes-256-gcm';
const MOST_CONTEXT_BYTES = 8_192;

/** Which key a ciphertext says it is of; not authenticated before it is opened. */
export interface CiphertextHeader {
  readonly keyArn: string;
  readonly version: number;
  readonly bytes: number;
}

export interface KeyMaterial {
  readonly keyArn: string;
  readonly version: number;
  readonly material: Uint8Array;
}

export function sealText(
  { keyArn, version, material }: KeyMaterial,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const arn = Buffer.from(keyArn, 'utf8');
  const number = Buffer.alloc(4);
  number.writeUInt32BE(version);
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const header = Buffer.concat([Buffer.of(FORMAT, arn.length), arn, number, salt, nonce]);
  const cipher = createCipheriv(ALGORITHM, derive(material, salt), nonce);
  cipher.setAAD(Buffer.concat([header, contextBytes(context)]));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, cipher.getAuthTag(), ciphertext]);
}

/** @throws LoamError `kms-ciphertext-invalid` when it has another form */
export function readHeader(blob: Uint8Array): CiphertextHeader {
  const bytes = Buffer.from(blob);
  const arnEnd = 2 + (bytes[1] ?? 0);
  const end = arnEnd + 4 + SALT_BYTES + NONCE_BYTES;
  if (bytes[0] !== FORMAT || bytes.length < end + TAG_BYTES) throw new LoamError('kms-ciphertext-invalid', {});
  const keyArn = bytes.toString('utf8', 2, arnEnd);
  if (parseArn(keyArn)?.service !== 'kms') throw new LoamError('kms-ciphertext-invalid', {});
  return { keyArn, version: bytes.readUInt32BE(arnEnd), bytes: end };
}

/** @throws LoamError `kms-ciphertext-invalid` for another context, another key, or a changed text */
export function openText({ material }: KeyMaterial, blob: Uint8Array, context: EncryptionContext): Buffer {
  const bytes = Buffer.from(blob);
  const header = bytes.subarray(0, readHeader(blob).bytes);
  const nonce = header.subarray(-NONCE_BYTES);
  const salt = header.subarray(-NONCE_BYTES - SALT_BYTES, -NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, derive(material, salt), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.concat([header, contextBytes(context)]));
  decipher.setAuthTag(bytes.subarray(header.length, header.length + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(header.length + TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new LoamError('kms-ciphertext-invalid', {}, { cause: error });
  }
}

/** @throws LoamError `parameter-invalid` beyond 8 KB */
export function checkContext(context: EncryptionContext): void {
  const { length } = contextBytes(context);
  if (length <= MOST_CONTEXT_BYTES) return;
  throw new LoamError('parameter-invalid', {
    parameter: 'EncryptionContext',
    problem: `is ${length} bytes long`,
    allowed: `up to ${MOST_CONTEXT_BYTES} bytes`,
  });
}

/** The same bytes whatever the order of the pairs. */
function contextBytes(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.from(JSON.stringify(pairs), 'utf8');
}

function derive(material: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', material, salt, 'loam/kms/1', KEY_BYTES));
}
