import { canonicalUserId } from '../../../access/canonical-user.ts';

/** How S3 names an account where it tells who owns a bucket, an object or an upload, and who is granted something. */
export function ownerOf(account: string): { ID: string; DisplayName: string } {
  return { ID: canonicalUserId(account), DisplayName: account };
}

/** Who began an upload: an account's root as the account, anybody else by ARN. */
export function initiatorOf(arn: string): { ID: string; DisplayName: string } {
  const [, account, name = ''] = /^arn:[^:]+:[^:]+::(\d{12}):(.+)$/.exec(arn) ?? [];
  if (account !== undefined && name === 'root') return ownerOf(account);
  return { ID: arn, DisplayName: name.slice(name.lastIndexOf('/') + 1) };
}
