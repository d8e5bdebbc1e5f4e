import { canonicalUserId } from '../../../access/canonical-user.ts';

/** How S3 names an account where it tells who owns a bucket, an object or an upload, and who is granted something. */
export function ownerOf(account: string): { ID: string; DisplayName: string } {
  return { ID: canonicalUserId(account), DisplayName: account };
}
