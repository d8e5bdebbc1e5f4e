import { createHash } from 'node:crypto';

const ACCOUNT = /^\d{12}$/;
const ID = /^[0-9a-f]{64}$/;
// An account's number fits into five bytes; the rest of the 32 is a digest that proves the id.
const NUMBER_BYTES = 5;

/**
 * S3 names an account by a "canonical user id" of 64 hex digits. Loam's holds the account's number under a mask, so that it is
 * the same everywhere, tells accounts apart, and an id that belongs to no account can be told from one that does.
 *
 * @param account twelve digits
 */
export function canonicalUserId(account: string): string {
  const proof = proofOf(account);
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(account));
  return Buffer.concat([masked(number.subarray(8 - NUMBER_BYTES), proof), proof]).toString('hex');
}

/** @returns the account of a canonical user id; undefined for a text that is none */
export function accountOfCanonicalUser(id: string): string | undefined {
  if (!ID.test(id)) return undefined;
  const bytes = Buffer.from(id, 'hex');
  const proof = bytes.subarray(NUMBER_BYTES);
  const number = masked(bytes.subarray(0, NUMBER_BYTES), proof);
  const account = number.readUIntBE(0, NUMBER_BYTES).toString().padStart(12, '0');
  return ACCOUNT.test(account) && proofOf(account).equals(proof) ? account : undefined;
}

function proofOf(account: string): Buffer {
  return digest(`canonical user id of ${account}`).subarray(NUMBER_BYTES);
}

function masked(number: Buffer, proof: Buffer): Buffer {
  const mask = digest(proof);
  return Buffer.from(number.map((byte, index) => byte ^ (mask[index] ?? 0)));
}

function digest(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
