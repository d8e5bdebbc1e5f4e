import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { LoamError } from '../../core/errors.ts';
import { readRootKeyFile } from './root-encryption-key.ts';

/** What the root encryption key of a data folder is used for; the key itself never leaves. */
export interface Keyring {
  /**
   * Encrypts and authenticates. `context` says what the secret belongs to (`access-key:AKIA…`): it is not stored, and what
   * was sealed in one context opens in no other.
   */
  seal(plaintext: Uint8Array | string, context: string): Buffer;
  /** @throws LoamError `secret-unreadable` when it was changed, or sealed with another key or in another context. */
  open(sealed: Uint8Array, context: string): Buffer;
  /** 32 bytes that are always the same for a label and say nothing of the root key or of other labels (HKDF, RFC 5869). */
  derive(label: string): Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
// 96 random bits, NIST SP 800-38D, 8.2.2: safe for 2^32 secrets under one key.
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 1;
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/** Opens the keyring of a data folder, as it is when no other source of the root key is configured; its root key (`root.key`, readable by its owner alone) is made at the first start. */
export function openKeyring(dataFolder: string): Keyring {
  return keyringOf(readRootKeyFile(dataFolder));
}

export function keyringOf(root: Uint8Array): Keyring {
  const derive = (label: string): Buffer => Buffer.from(hkdfSync('sha256', root, new Uint8Array(0), label, KEY_BYTES));
  const key = derive('loam/seal/1');
  return {
    derive: (label) => derive(`loam/derive/${label}`),
    seal: (plaintext, context) => seal(key, plaintext, context),
    open: (sealed, context) => open(key, sealed, context),
  };
}

/** Version, nonce, tag, ciphertext. */
function seal(key: Uint8Array, plaintext: Uint8Array | string, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(context, 'utf8'));
  const ciphertext = Buffer.concat([cipher.update(Buffer.from(plaintext)), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), ciphertext]);
}

function open(key: Uint8Array, sealed: Uint8Array, context: string): Buffer {
  const bytes = Buffer.from(sealed);
  if (bytes.length < HEADER_BYTES || bytes[0] !== VERSION) throw new LoamError('secret-unreadable', {});
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const tag = bytes.subarray(1 + NONCE_BYTES, HEADER_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context, 'utf8')).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(bytes.subarray(HEADER_BYTES)), decipher.final()]);
  } catch (error) {
    throw new LoamError('secret-unreadable', {}, { cause: error });
  }
}
