import type { Access, ConditionKeys } from '../../../access/policy/contract.ts';
import { eachForItself, type Permission } from '../../../wire/operation.ts';
import { headerKeys, listingKeys, type RequestInput } from '../access/condition-keys.ts';
import { bucketArn, objectArn } from '../access/resources.ts';
import { readCopySource } from '../copy-source.ts';

/** Operations that are one action on their bucket (Service Authorization Reference, Amazon S3). */
const BUCKET_ACTIONS = {
  HeadBucket: 'ListBucket',
  DeleteBucket: 'DeleteBucket',
  GetBucketLocation: 'GetBucketLocation',
  GetBucketAcl: 'GetBucketAcl',
  PutBucketAcl: 'PutBucketAcl',
  GetBucketPolicy: 'GetBucketPolicy',
  PutBucketPolicy: 'PutBucketPolicy',
  DeleteBucketPolicy: 'DeleteBucketPolicy',
  GetBucketPolicyStatus: 'GetBucketPolicyStatus',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetBucketOwnershipControls: 'GetBucketOwnershipControls',
  PutBucketOwnershipControls: 'PutBucketOwnershipControls',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  GetBucketVersioning: 'GetBucketVersioning',
  PutBucketVersioning: 'PutBucketVersioning',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
  GetBucketTagging: 'GetBucketTagging',
  PutBucketTagging: 'PutBucketTagging',
  DeleteBucketTagging: 'PutBucketTagging',
  GetBucketCors: 'GetBucketCORS',
  PutBucketCors: 'PutBucketCORS',
  DeleteBucketCors: 'PutBucketCORS',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  GetBucketRequestPayment: 'GetBucketRequestPayment',
  PutBucketRequestPayment: 'PutBucketRequestPayment',
  GetBucketLogging: 'GetBucketLogging',
  PutBucketLogging: 'PutBucketLogging',
  GetBucketWebsite: 'GetBucketWebsite',
  PutBucketWebsite: 'PutBucketWebsite',
  DeleteBucketWebsite: 'DeleteBucketWebsite',
  GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
  PutBucketAccelerateConfiguration: 'PutAccelerateConfiguration',
  GetBucketReplication: 'GetReplicationConfiguration',
  PutBucketReplication: 'PutReplicationConfiguration',
  DeleteBucketReplication: 'PutReplicationConfiguration',
} as const;

/** Listings, which give the keys of what they list. */
const LISTINGS = {
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListMultipartUploads: 'ListBucketMultipartUploads',
} as const;

/** Operations on one object: the action, and the one in its place when the request names a version. */
const OBJECT_ACTIONS = {
  GetObject: ['GetObject', 'GetObjectVersion'],
  HeadObject: ['GetObject', 'GetObjectVersion'],
  GetObjectAcl: ['GetObjectAcl', 'GetObjectVersionAcl'],
  PutObjectAcl: ['PutObjectAcl', 'PutObjectVersionAcl'],
  GetObjectTagging: ['GetObjectTagging', 'GetObjectVersionTagging'],
  PutObjectTagging: ['PutObjectTagging', 'PutObjectVersionTagging'],
  DeleteObjectTagging: ['DeleteObjectTagging', 'DeleteObjectVersionTagging'],
  GetObjectRetention: ['GetObjectRetention', 'GetObjectRetention'],
  GetObjectLegalHold: ['GetObjectLegalHold', 'GetObjectLegalHold'],
  PutObjectLegalHold: ['PutObjectLegalHold', 'PutObjectLegalHold'],
  UploadPart: ['PutObject', 'PutObject'],
  CompleteMultipartUpload: ['PutObject', 'PutObject'],
  AbortMultipartUpload: ['AbortMultipartUpload', 'AbortMultipartUpload'],
  ListParts: ['ListMultipartUploadParts', 'ListMultipartUploadParts'],
} as const satisfies Record<string, readonly [string, string]>;

type Row = (input: RequestInput) => readonly Access[];

/** What every S3 operation does to which bucket or object. */
export const s3Permissions: Readonly<Record<string, Permission>> = {
  ListBuckets: row(() => [{ action: 's3:ListAllMyBuckets', resource: '*' }]),
  CreateBucket: row(creationOfBucket),
  ...rowsOf(BUCKET_ACTIONS, (action) => (input) => [onBucket(input, action, headerKeys(input))]),
  ...rowsOf(LISTINGS, (action) => (input) => [onBucket(input, action, listingKeys(input))]),
  ...rowsOf(OBJECT_ACTIONS, ([action, ofVersion]) => (input) => [
    onObject(input, input.VersionId === undefined ? action : ofVersion),
  ]),
  GetObjectAttributes: row(attributes),
  PutObject: row(writing),
  CreateMultipartUpload: row(writing),
  CopyObject: row((input) => [...readingSource(input), ...writing(input)]),
  UploadPartCopy: row((input) => [...readingSource(input), onObject(input, 'PutObject')]),
  PutObjectRetention: row((input) => [onObject(input, 'PutObjectRetention', retentionKeys(input)), ...bypass(input)]),
  DeleteObject: row((input) => [onObject(input, deletion(input)), ...bypass(input)]),
  DeleteObjects: eachForItself(row(deletions)),
};

function row(accesses: Row): Permission {
  return accesses as Permission;
}

function rowsOf<Actions>(actions: Readonly<Record<string, Actions>>, make: (actions: Actions) => Row) {
  return Object.fromEntries(Object.entries(actions).map(([operation, action]) => [operation, row(make(action))]));
}

function onBucket({ Bucket }: RequestInput, action: string, keys: ConditionKeys): Access {
  return { action: `s3:${action}`, resource: bucketArn(String(Bucket)), keys };
}

function onObject(input: RequestInput, action: string, keys: ConditionKeys = {}): Access {
  const resource = objectArn(String(input.Bucket), String(input.Key));
  return { action: `s3:${action}`, resource, keys: { ...headerKeys(input), ...keys } };
}

const ACL_MEMBERS = ['ACL', 'GrantFullControl', 'GrantRead', 'GrantReadACP', 'GrantWrite', 'GrantWriteACP'];
const RETENTION_MEMBERS = ['ObjectLockMode', 'ObjectLockRetainUntilDate'];

function says(input: RequestInput, members: readonly string[]): boolean {
  return members.some((member) => input[member] !== undefined);
}

function creationOfBucket(input: RequestInput): Access[] {
  const configuration = input.CreateBucketConfiguration as
    | { LocationConstraint?: string; Tags?: readonly unknown[] }
    | undefined;
  const keys = { ...headerKeys(input), 's3:LocationConstraint': configuration?.LocationConstraint };
  const actions = [
    'CreateBucket',
    ...(says(input, ACL_MEMBERS) ? ['PutBucketAcl'] : []),
    ...(says(input, ['ObjectOwnership']) ? ['PutBucketOwnershipControls'] : []),
    ...(input.ObjectLockEnabledForBucket === true ? ['PutBucketObjectLockConfiguration', 'PutBucketVersioning'] : []),
    ...((configuration?.Tags?.length ?? 0) > 0 ? ['TagResource'] : []),
  ];
  return actions.map((action) => onBucket(input, action, keys));
}

/** What a header adds to an object needs the permission that setting it alone would. */
function writing(input: RequestInput): Access[] {
  const actions = [
    'PutObject',
    ...(says(input, ACL_MEMBERS) ? ['PutObjectAcl'] : []),
    ...(says(input, ['Tagging']) ? ['PutObjectTagging'] : []),
    ...(says(input, RETENTION_MEMBERS) ? ['PutObjectRetention'] : []),
    ...(says(input, ['ObjectLockLegalHoldStatus']) ? ['PutObjectLegalHold'] : []),
  ];
  return actions.map((action) => onObject(input, action));
}

function readingSource({ CopySource: sent }: RequestInput): Access[] {
  const source = readCopySource(String(sent));
  if (!source) return [];
  const { bucket, key, versionId } = source;
  const action = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  return [{ action, resource: objectArn(bucket, key), keys: { 's3:VersionId': versionId } }];
}

function attributes(input: RequestInput): Access[] {
  const actions =
    input.VersionId === undefined
      ? ['GetObject', 'GetObjectAttributes']
      : ['GetObjectVersion', 'GetObjectVersionAttributes'];
  return actions.map((action) => onObject(input, action));
}

function retentionKeys(input: RequestInput): ConditionKeys {
  const retention = input.Retention as { Mode?: string; RetainUntilDate?: Date } | undefined;
  return {
    's3:object-lock-mode': retention?.Mode,
    's3:object-lock-retain-until-date': retention?.RetainUntilDate?.toISOString(),
  };
}

function bypass(input: RequestInput): Access[] {
  return input.BypassGovernanceRetention === true ? [onObject(input, 'BypassGovernanceRetention')] : [];
}

function deletion({ VersionId }: RequestInput): string {
  return VersionId === undefined ? 'DeleteObject' : 'DeleteObjectVersion';
}

/** One access for each key. */
function deletions(input: RequestInput): Access[] {
  const { Bucket, BypassGovernanceRetention } = input;
  const { Objects = [] } = (input.Delete ?? {}) as { Objects?: readonly { Key?: string; VersionId?: string }[] };
  return Objects.flatMap(({ Key, VersionId }) => {
    const one = { Bucket, Key, VersionId: VersionId || undefined, BypassGovernanceRetention };
    return [onObject(one, deletion(one)), ...bypass(one)];
  });
}
