import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { z } from 'zod';
import { LoamError } from '../../core/errors.ts';

/** The keys that a data folder opens with, as a backup keeps them for whoever knows the passphrase. */
export interface BackupKeys {
  /** Base64 of the root encryption key. */
  readonly rootKey: string;
  /** The text of root-access-key.json, where the keys are in the data folder. */
  readonly rootAccessKey?: string | undefined;
}

// RFC 7914; about 128 MB and half a second, since a backup can be tried at leisure.
const COST = { N: 131_072, r: 8, p: 1, maxmem: 256 * 2 ** 20 };
const SHORTEST_PASSPHRASE = 12;
const schema = z.object({
  algorithm: z.literal('scrypt-aes-256-gcm'),
  cost: z.object({
    N: z
      .number()
      .int()
      .max(2 ** 20),
    r: z.number().int().max(32),
    p: z.number().int().max(16),
  }),
  salt: z.base64(),
  nonce: z.base64(),
  tag: z.base64(),
  ciphertext: z.base64(),
});

/** @throws LoamError `passphrase-unusable` when it is too short */
export function sealKeys(keys: BackupKeys, passphrase: string): string {
  checkPassphrase(passphrase);
  const [salt, nonce] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32, COST), nonce);
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(keys), 'utf8'), cipher.final()]);
  const { N, r, p } = COST;
  const texts = { salt, nonce, tag: cipher.getAuthTag(), ciphertext };
  const encoded = Object.entries(texts).map(([name, bytes]) => [name, bytes.toString('base64')] as const);
  return JSON.stringify({ algorithm: 'scrypt-aes-256-gcm', cost: { N, r, p }, ...Object.fromEntries(encoded) });
}

/** @throws LoamError `passphrase-unusable` when it is not the one that the keys were sealed with, or they were changed */
export function openKeys(text: string, passphrase: string): BackupKeys {
  const { cost, ...sealed } = schema.parse(JSON.parse(text));
  const bytes = (name: keyof typeof sealed): Buffer => Buffer.from(sealed[name], 'base64');
  const key = scryptSync(passphrase, bytes('salt'), 32, { ...cost, maxmem: COST.maxmem });
  const decipher = createDecipheriv('aes-256-gcm', key, bytes('nonce'), { authTagLength: 16 }).setAuthTag(bytes('tag'));
  try {
    const plain = Buffer.concat([decipher.update(bytes('ciphertext')), decipher.final()]);
    return JSON.parse(plain.toString('utf8')) as BackupKeys;
  } catch (error) {
    throw new LoamError(
      'passphrase-unusable',
      { problem: 'is not the one that the keys were sealed with' },
      { cause: error },
    );
  }
}

function checkPassphrase(passphrase: string): void {
  if (passphrase.length >= SHORTEST_PASSPHRASE) return;
  throw new LoamError('passphrase-unusable', { problem: `is shorter than ${SHORTEST_PASSPHRASE} characters` });
}
