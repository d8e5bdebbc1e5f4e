import { createHash } from 'node:crypto';

/**
 * S3 names an account by a "canonical user id" of 64 hex digits. Loam's is made from the account's number, so that it is the
 * same everywhere and tells accounts apart.
 */
export function ownerOf(account: string): { ID: string } {
  return { ID: createHash('sha256').update(`canonical user id of ${account}`).digest('hex') };
}
