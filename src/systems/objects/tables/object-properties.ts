import type { Statements } from '../../../storage/database/contract.ts';
import type { Bucket, StoredObject } from '../object.ts';
import type { AccessControlList, ObjectLock, Tag } from '../properties.ts';

type VersionOf = Pick<StoredObject, 'key' | 'versionId'>;

const ONE = 'account = :account and region = :region and bucket = :bucket and key = :key and version_id = :versionId';

/** @returns whether the version is still there; so of the others */
export function updateLock(
  statements: Statements,
  bucket: Bucket,
  version: VersionOf,
  { lockMode, retainUntil, legalHold }: ObjectLock,
): Promise<boolean> {
  const text = `update objects set lock_mode = :lockMode, retain_until = :retainUntil::timestamptz,
    legal_hold = :legalHold where ${ONE} returning key`;
  return update(statements, bucket, version, text, { lockMode, retainUntil, legalHold });
}

/** @param tags null for none */
export function updateTags(
  statements: Statements,
  bucket: Bucket,
  version: VersionOf,
  tags: readonly Tag[] | null,
): Promise<boolean> {
  const text = `update objects set tags = :tags::jsonb where ${ONE} returning key`;
  return update(statements, bucket, version, text, { tags });
}

export function updateAcl(
  statements: Statements,
  bucket: Bucket,
  version: VersionOf,
  acl: AccessControlList | null,
): Promise<boolean> {
  const text = `update objects set acl = :acl::jsonb where ${ONE} returning key`;
  return update(statements, bucket, version, text, { acl });
}

async function update(
  statements: Statements,
  bucket: Bucket,
  { key, versionId }: VersionOf,
  text: string,
  values: object,
): Promise<boolean> {
  const rows = await statements.query(bucket, text, { ...values, bucket: bucket.name, key, versionId });
  return rows.length > 0;
}
