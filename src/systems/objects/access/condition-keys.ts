import type { ConditionKeys } from '../../../access/policy/contract.ts';
import { readCopySource } from '../copy-source.ts';

/**
 * The condition keys that S3 requests give, by the member of the input that holds them (Service Authorization Reference,
 * "Actions, resources, and condition keys for Amazon S3"). Members have one meaning in all operations, so one table serves them.
 */
const KEY_OF_MEMBER = {
  ACL: 's3:x-amz-acl',
  GrantFullControl: 's3:x-amz-grant-full-control',
  GrantRead: 's3:x-amz-grant-read',
  GrantReadACP: 's3:x-amz-grant-read-acp',
  GrantWrite: 's3:x-amz-grant-write',
  GrantWriteACP: 's3:x-amz-grant-write-acp',
  ObjectOwnership: 's3:x-amz-object-ownership',
  MetadataDirective: 's3:x-amz-metadata-directive',
  ServerSideEncryption: 's3:x-amz-server-side-encryption',
  SSEKMSKeyId: 's3:x-amz-server-side-encryption-aws-kms-key-id',
  SSECustomerAlgorithm: 's3:x-amz-server-side-encryption-customer-algorithm',
  StorageClass: 's3:x-amz-storage-class',
  WebsiteRedirectLocation: 's3:x-amz-website-redirect-location',
  ObjectLockMode: 's3:object-lock-mode',
  ObjectLockRetainUntilDate: 's3:object-lock-retain-until-date',
  ObjectLockLegalHoldStatus: 's3:object-lock-legal-hold',
  IfMatch: 's3:if-match',
  IfNoneMatch: 's3:if-none-match',
  VersionId: 's3:VersionId',
  Prefix: 's3:prefix',
  Delimiter: 's3:delimiter',
  MaxKeys: 's3:max-keys',
} as const;

type Member = keyof typeof KEY_OF_MEMBER;

/** Members that only some operations have keys of. */
const LISTING: readonly Member[] = ['Prefix', 'Delimiter', 'MaxKeys'];
const WRITING = (Object.keys(KEY_OF_MEMBER) as Member[]).filter((name) => !LISTING.includes(name));

export type RequestInput = { readonly [Name in string]?: unknown };

/** The keys of a listing; a member that is not sent has none. */
export function listingKeys(input: RequestInput): ConditionKeys {
  return keysOf(input, LISTING);
}

/** The keys of all that a request says in headers about what it reads or writes. */
export function headerKeys(input: RequestInput): ConditionKeys {
  return { ...keysOf(input, WRITING), ...tagKeys(input), ...copyKeys(input) };
}

function keysOf(input: RequestInput, members: readonly Member[]): ConditionKeys {
  const keys: Record<string, string> = {};
  for (const member of members) {
    const value = input[member];
    if (value === undefined || value === null) continue;
    keys[KEY_OF_MEMBER[member]] = value instanceof Date ? value.toISOString() : String(value);
  }
  return keys;
}

/** `Tagging` is a query string in a header, or a document. */
function tagKeys({ Tagging: sent }: RequestInput): ConditionKeys {
  const tags = readTags(sent);
  if (tags.length === 0) return {};
  const keys: Record<string, string | readonly string[]> = { 's3:RequestObjectTagKeys': tags.map(([key]) => key) };
  for (const [key, value] of tags) keys[`s3:RequestObjectTag/${key}`] = value;
  return keys;
}

function readTags(sent: unknown): [string, string][] {
  if (typeof sent === 'string') return [...new URLSearchParams(sent)];
  const set = (sent as { TagSet?: readonly { Key?: string; Value?: string }[] } | undefined)?.TagSet;
  return (set ?? []).map(({ Key = '', Value = '' }) => [Key, Value]);
}

/** One form whatever was sent, so that no condition is passed by with a slash more or an escape. */
function copyKeys({ CopySource: sent }: RequestInput): ConditionKeys {
  const source = typeof sent === 'string' ? readCopySource(sent) : undefined;
  return source ? { 's3:x-amz-copy-source': `${source.bucket}/${source.key}` } : {};
}
