import type { ErrorCode } from '../../core/errors.ts';
import type { ServiceErrors } from '../../wire/operation.ts';

/** The names and statuses that S3 answers with (Amazon S3 API reference, "Error responses"). */
export const s3Errors: ServiceErrors = {
  'request-invalid': { name: 'InvalidRequest', status: 400 },
  'parameter-invalid': { name: 'InvalidArgument', status: 400 },
  'next-token-invalid': { name: 'InvalidArgument', status: 400 },
  'access-denied': { name: 'AccessDenied', status: 403 },
  'bucket-not-found': { name: 'NoSuchBucket', status: 404, members: ({ bucket }) => ({ BucketName: bucket }) },
  'bucket-exists': { name: 'BucketAlreadyExists', status: 409, members: ({ bucket }) => ({ BucketName: bucket }) },
  'bucket-owned': { name: 'BucketAlreadyOwnedByYou', status: 409, members: ({ bucket }) => ({ BucketName: bucket }) },
  'bucket-not-empty': { name: 'BucketNotEmpty', status: 409, members: ({ bucket }) => ({ BucketName: bucket }) },
  'bucket-name-invalid': { name: 'InvalidBucketName', status: 400, members: ({ bucket }) => ({ BucketName: bucket }) },
  'location-unknown': { name: 'InvalidLocationConstraint', status: 400 },
  'location-conflict': { name: 'IllegalLocationConstraintException', status: 400 },
  'key-not-found': { name: 'NoSuchKey', status: 404, members: ({ key }) => ({ Key: key }) },
  'version-not-found': {
    name: 'NoSuchVersion',
    status: 404,
    members: ({ key, versionId }) => ({ Key: key, VersionId: versionId }),
  },
  'object-deleted': { name: 'NoSuchKey', status: 404, members: ({ key }) => ({ Key: key }) },
  'version-is-delete-marker': {
    name: 'MethodNotAllowed',
    status: 405,
    members: () => ({ Method: 'GET', ResourceType: 'DeleteMarker' }),
  },
  'object-locked': { name: 'AccessDenied', status: 403 },
  'storage-class-invalid': { name: 'InvalidStorageClass', status: 400 },
  'retention-period-invalid': { name: 'InvalidRetentionPeriod', status: 400 },
  'object-lock-not-configured': { name: 'ObjectLockConfigurationNotFoundError', status: 404 },
  'retention-not-found': { name: 'NoSuchObjectLockConfiguration', status: 404 },
  'bucket-state-invalid': { name: 'InvalidBucketState', status: 409 },
  'key-too-long': { name: 'KeyTooLongError', status: 400 },
  'object-too-large': { name: 'EntityTooLarge', status: 400 },
  'metadata-too-large': { name: 'MetadataTooLarge', status: 400 },
  'batch-invalid': { name: 'MalformedXML', status: 400 },
  'range-not-satisfiable': {
    name: 'InvalidRange',
    status: 416,
    members: ({ range, size }) => ({ RangeRequested: range, ActualObjectSize: String(size) }),
  },
  'part-number-unknown': { name: 'InvalidPartNumber', status: 416 },
  'precondition-failed': {
    name: 'PreconditionFailed',
    status: 412,
    members: ({ condition }) => ({ Condition: condition }),
  },
  'not-modified': { name: 'NotModified', status: 304 },
  'upload-not-found': { name: 'NoSuchUpload', status: 404, members: ({ uploadId }) => ({ UploadId: uploadId }) },
  'part-invalid': {
    name: 'InvalidPart',
    status: 400,
    members: ({ partNumber }) => ({ PartNumber: String(partNumber) }),
  },
  'part-order-invalid': { name: 'InvalidPartOrder', status: 400 },
  'part-too-small': {
    name: 'EntityTooSmall',
    status: 400,
    members: (d) => ({
      PartNumber: String(d.partNumber),
      ProposedSize: String(d.bytes),
      MinSizeAllowed: String(d.minimum),
    }),
  },
  'checksum-mismatch': { name: 'BadDigest', status: 400 },
  // Clients of S3 wait and try again at this one.
  'storage-unavailable': { name: 'SlowDown', status: 503 },
  'acl-not-supported': { name: 'AccessControlListNotSupported', status: 400 },
  'acl-malformed': { name: 'MalformedACLError', status: 400 },
  'grant-email-unknown': { name: 'UnresolvableGrantByEmailAddress', status: 400 },
  'bucket-acl-in-the-way': { name: 'InvalidBucketAclWithObjectOwnership', status: 400 },
  'policy-malformed': { name: 'MalformedPolicy', status: 400 },
  'tag-invalid': { name: 'InvalidTag', status: 400 },
  'bucket-tags-absent': { name: 'NoSuchTagSet', status: 404, members: ({ bucket }) => ({ BucketName: bucket }) },
  'cors-absent': {
    name: 'NoSuchCORSConfiguration',
    status: 404,
    members: ({ bucket }) => ({ BucketName: bucket }),
  },
  'lifecycle-absent': {
    name: 'NoSuchLifecycleConfiguration',
    status: 404,
    members: ({ bucket }) => ({ BucketName: bucket }),
  },
  'bucket-policy-absent': {
    name: 'NoSuchBucketPolicy',
    status: 404,
    members: ({ bucket }) => ({ BucketName: bucket }),
  },
  'public-access-block-absent': {
    name: 'NoSuchPublicAccessBlockConfiguration',
    status: 404,
    members: ({ bucket }) => ({ BucketName: bucket }),
  },
  'ownership-controls-absent': {
    name: 'OwnershipControlsNotFoundError',
    status: 404,
    members: ({ bucket }) => ({ BucketName: bucket }),
  },
  'bucket-encryption-absent': {
    name: 'ServerSideEncryptionConfigurationNotFoundError',
    status: 404,
    members: ({ bucket }) => ({ BucketName: bucket }),
  },
  'kms-key-not-found': { name: 'KMS.NotFoundException', status: 400 },
  'kms-key-destroyed': { name: 'KMS.NotFoundException', status: 400 },
  'kms-key-disabled': { name: 'KMS.DisabledException', status: 400 },
  'kms-key-pending-deletion': { name: 'KMS.KMSInvalidStateException', status: 400 },
  'kms-usage-invalid': { name: 'KMS.InvalidKeyUsageException', status: 400 },
  'storage-full': { name: 'ServiceUnavailable', status: 503 },
};

/** The name of a code where it stands inside an answer: the errors of a batch. */
export function s3ErrorName(code: ErrorCode): string {
  const answer: string | { readonly name: string } | undefined = s3Errors[code];
  if (answer === undefined) return 'InternalError';
  return typeof answer === 'string' ? answer : answer.name;
}
