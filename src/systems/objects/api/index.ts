import { partial, real, type ServiceOperations } from '../../../wire/operation.ts';
import { createGuard } from '../access/guard.ts';
import { createHeldOwners } from '../access/held-owners.ts';
import { createExplain } from '../access/missing-key.ts';
import { answerOrigin } from '../answer-origins.ts';
import { s3Errors } from '../errors.ts';
import type { ObjectSystem } from '../object.ts';
import { abortMultipartUploadOperation } from './abort-multipart-upload.ts';
import { accessOperations } from './access-operations.ts';
import {
  deleteBucketEncryptionOperation,
  getBucketEncryptionOperation,
  putBucketEncryptionOperation,
} from './bucket-encryption.ts';
import { getBucketVersioningOperation, putBucketVersioningOperation } from './bucket-versioning.ts';
import { completeMultipartUploadOperation } from './complete-multipart-upload.ts';
import { copyObjectOperation } from './copy-object.ts';
import { createBucketOperation } from './create-bucket.ts';
import { createMultipartUploadOperation } from './create-multipart-upload.ts';
import { deleteBucketOperation } from './delete-bucket.ts';
import { deleteObjectOperation } from './delete-object.ts';
import { deleteObjectsOperation } from './delete-objects.ts';
import { featureOperations } from './feature-operations.ts';
import { getBucketLocationOperation } from './get-bucket-location.ts';
import { getObjectOperation } from './get-object.ts';
import { getObjectAttributesOperation } from './get-object-attributes.ts';
import { headBucketOperation } from './head-bucket.ts';
import { headObjectOperation } from './head-object.ts';
import { listBucketsOperation } from './list-buckets.ts';
import { listMultipartUploadsOperation } from './list-multipart-uploads.ts';
import { listObjectVersionsOperation } from './list-object-versions.ts';
import { listObjectsOperation } from './list-objects.ts';
import { listObjectsV2Operation } from './list-objects-v2.ts';
import { listPartsOperation } from './list-parts.ts';
import {
  getObjectLockConfigurationOperation,
  putObjectLockConfigurationOperation,
} from './object-lock-configuration.ts';
import {
  getObjectLegalHoldOperation,
  getObjectRetentionOperation,
  putObjectLegalHoldOperation,
  putObjectRetentionOperation,
} from './object-retention.ts';
import { s3Permissions } from './permissions.ts';
import { putObjectOperation } from './put-object.ts';
import { uploadPartOperation } from './upload-part.ts';
import { uploadPartCopyOperation } from './upload-part-copy.ts';

const ACCESS = 'Grants to e-mail addresses are refused.';
const FEATURES = 'Storage classes are kept and given back; the bytes stay where they are.';
const DUAL = 'Dual-layer encryption (aws:kms:dsse) is refused.';
const CHECKSUMS = 'The checksum algorithms SHA512, MD5 and XXHASH are refused.';
const MFA = 'Deletion by multi-factor authentication (MFADelete) is refused.';

// Of uploads: a read that sends them asks for what it cannot have.
const ENCRYPTION_HEADERS = ['x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id'];

/** What Loam answers of S3. */
export function s3Operations(system: ObjectSystem): ServiceOperations {
  const owners = createHeldOwners();
  return {
    service: 's3',
    permissions: s3Permissions,
    guard: createGuard(system, owners),
    explain: createExplain(system),
    errors: s3Errors,
    refusedHeaders: { GetObject: ENCRYPTION_HEADERS, HeadObject: ENCRYPTION_HEADERS },
    origins: (request) => answerOrigin(system, request),
    operations: owners.hold({
      ...accessOperations(system),
      ...featureOperations(system),
      CreateBucket: partial(createBucketOperation(system), ACCESS, 'Tags and directory buckets are refused.'),
      HeadBucket: real(headBucketOperation(system)),
      DeleteBucket: real(deleteBucketOperation(system)),
      ListBuckets: real(listBucketsOperation(system)),
      GetBucketLocation: real(getBucketLocationOperation(system)),
      PutObject: partial(putObjectOperation(system), ACCESS, DUAL, FEATURES, CHECKSUMS),
      GetObject: real(getObjectOperation(system)),
      HeadObject: real(headObjectOperation(system)),
      GetObjectAttributes: real(getObjectAttributesOperation(system)),
      CopyObject: partial(copyObjectOperation(system), ACCESS, DUAL, FEATURES, CHECKSUMS),
      GetBucketEncryption: real(getBucketEncryptionOperation(system)),
      PutBucketEncryption: partial(
        putBucketEncryptionOperation(system),
        'Dual-layer encryption (aws:kms:dsse) and blocked encryption types are refused.',
      ),
      DeleteBucketEncryption: real(deleteBucketEncryptionOperation(system)),
      DeleteObject: partial(deleteObjectOperation(system), MFA),
      DeleteObjects: partial(deleteObjectsOperation(system), MFA),
      GetBucketVersioning: real(getBucketVersioningOperation(system)),
      PutBucketVersioning: partial(putBucketVersioningOperation(system), MFA),
      ListObjectVersions: real(listObjectVersionsOperation(system)),
      GetObjectLockConfiguration: real(getObjectLockConfigurationOperation(system)),
      PutObjectLockConfiguration: real(putObjectLockConfigurationOperation(system)),
      GetObjectRetention: real(getObjectRetentionOperation(system)),
      PutObjectRetention: real(putObjectRetentionOperation(system)),
      GetObjectLegalHold: real(getObjectLegalHoldOperation(system)),
      PutObjectLegalHold: real(putObjectLegalHoldOperation(system)),
      ListObjects: real(listObjectsOperation(system)),
      ListObjectsV2: real(listObjectsV2Operation(system)),
      CreateMultipartUpload: partial(createMultipartUploadOperation(system), ACCESS, DUAL, FEATURES, CHECKSUMS),
      UploadPart: partial(uploadPartOperation(system), CHECKSUMS),
      UploadPartCopy: real(uploadPartCopyOperation(system)),
      CompleteMultipartUpload: partial(completeMultipartUploadOperation(system), CHECKSUMS),
      AbortMultipartUpload: real(abortMultipartUploadOperation(system)),
      ListParts: real(listPartsOperation(system)),
      ListMultipartUploads: real(listMultipartUploadsOperation(system)),
    }),
  };
}
