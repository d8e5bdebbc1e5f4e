import { randomBytes, randomUUID } from 'node:crypto';

/** Randomness, injected wherever an id or a secret is made. */
export interface Ids {
  /** A version 4 UUID. */
  uuid(): string;
  /** Upper-case letters and digits, the form of knowledge base ids: `id(10)` is `[0-9A-Z]{10}`. */
  id(length: number): string;
  bytes(length: number): Buffer;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
// The largest multiple of 36 in a byte: greater bytes are drawn again, so that every character is equally likely.
const FAIR = 252;

export const randomIds: Ids = { uuid: randomUUID, id: randomId, bytes: randomBytes };

function randomId(length: number): string {
  let id = '';
  while (id.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < FAIR && id.length < length) id += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return id;
}
