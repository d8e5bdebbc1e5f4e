import type { AclPermission } from './acl.ts';

/** What a grant of a bucket's list allows (Amazon S3 user guide, "Mapping of ACL permissions and access policy permissions"). */
const BY_BUCKET: Readonly<Record<string, AclPermission>> = {
  's3:ListBucket': 'READ',
  's3:ListBucketVersions': 'READ',
  's3:ListBucketMultipartUploads': 'READ',
  's3:PutObject': 'WRITE',
  's3:DeleteObject': 'WRITE',
  's3:GetBucketAcl': 'READ_ACP',
  's3:PutBucketAcl': 'WRITE_ACP',
};

/** What a grant of an object's own list allows. */
const BY_OBJECT: Readonly<Record<string, AclPermission>> = {
  's3:GetObject': 'READ',
  's3:GetObjectVersion': 'READ',
  's3:GetObjectAcl': 'READ_ACP',
  's3:GetObjectVersionAcl': 'READ_ACP',
  's3:PutObjectAcl': 'WRITE_ACP',
  's3:PutObjectVersionAcl': 'WRITE_ACP',
};

/** Actions on an object as it is, which its owner decides on; writing and deleting are matters of the bucket. */
const ON_PRESENT_OBJECT: ReadonlySet<string> = new Set([
  ...Object.keys(BY_OBJECT),
  ...['s3:GetObjectAttributes', 's3:GetObjectVersionAttributes'],
  ...['s3:GetObjectTagging', 's3:GetObjectVersionTagging', 's3:PutObjectTagging', 's3:PutObjectVersionTagging'],
  ...['s3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging'],
]);

/** Operations that make an object: what they say of it in headers is allowed to whom the bucket's list lets write. */
const MAKING: ReadonlySet<string> = new Set(['PutObject', 'CopyObject', 'CreateMultipartUpload', 'PostObject']);
const SAID_WHILE_MAKING: ReadonlySet<string> = new Set(['s3:PutObjectAcl', 's3:PutObjectTagging']);

/** Whether a request says who may use the object that it makes: whom the bucket lets write it also lets share. */
export function isSharingWhileMaking(action: string, operation: string): boolean {
  return MAKING.has(operation) && action === 's3:PutObjectAcl';
}

/** Whose list a question is about, and which permission of it; no permission where lists grant no such thing. */
export interface AclQuestion {
  readonly of: 'bucket' | 'object';
  readonly permission: AclPermission | undefined;
}

export function aclQuestion(action: string, operation: string): AclQuestion {
  if (MAKING.has(operation) && SAID_WHILE_MAKING.has(action)) return { of: 'bucket', permission: 'WRITE' };
  if (ON_PRESENT_OBJECT.has(action)) return { of: 'object', permission: BY_OBJECT[action] };
  return { of: 'bucket', permission: BY_BUCKET[action] };
}
