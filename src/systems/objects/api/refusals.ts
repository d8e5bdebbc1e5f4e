import { LoamError } from '../../../core/errors.ts';

/** Members that ask for what is not built, by the name that a person knows it under. Absent and false ask for nothing. */
const NOT_BUILT: Readonly<Record<string, string>> = {
  GrantFullControl: 'An access grant (x-amz-grant-full-control)',
  GrantRead: 'An access grant (x-amz-grant-read)',
  GrantReadACP: 'An access grant (x-amz-grant-read-acp)',
  GrantWrite: 'An access grant (x-amz-grant-write)',
  GrantWriteACP: 'An access grant (x-amz-grant-write-acp)',
  ObjectLockEnabledForBucket: 'Object lock (x-amz-bucket-object-lock-enabled)',
  ObjectLockMode: 'Object lock (x-amz-object-lock-mode)',
  ObjectLockRetainUntilDate: 'Object lock (x-amz-object-lock-retain-until-date)',
  ObjectLockLegalHoldStatus: 'Object lock (x-amz-object-lock-legal-hold)',
  ObjectLockEventHold: 'Object lock (event hold)',
  ObjectLockEventHoldDurationDays: 'Object lock (event hold)',
  ObjectLockEventHoldDurationYears: 'Object lock (event hold)',
  ServerSideEncryption: 'Server-side encryption (x-amz-server-side-encryption)',
  SSEKMSKeyId: 'Server-side encryption with KMS keys',
  SSEKMSEncryptionContext: 'Server-side encryption with KMS keys',
  BucketKeyEnabled: 'Server-side encryption with KMS keys (bucket keys)',
  SSECustomerAlgorithm: 'Server-side encryption with customer keys',
  SSECustomerKey: 'Server-side encryption with customer keys',
  SSECustomerKeyMD5: 'Server-side encryption with customer keys',
  CopySourceSSECustomerAlgorithm: 'Server-side encryption with customer keys',
  CopySourceSSECustomerKey: 'Server-side encryption with customer keys',
  CopySourceSSECustomerKeyMD5: 'Server-side encryption with customer keys',
  Tagging: 'Object tagging (x-amz-tagging)',
  TaggingDirective: 'Object tagging (x-amz-tagging-directive)',
  AnnotationDirective: 'The annotation of objects',
  WebsiteRedirectLocation: 'A website redirect (x-amz-website-redirect-location)',
  WriteOffsetBytes: 'Appending to an object (x-amz-write-offset-bytes)',
  IfMatchLastModifiedTime: 'The condition x-amz-if-match-last-modified-time',
  IfMatchSize: 'The condition x-amz-if-match-size',
  OptionalObjectAttributes: 'The listing of optional object attributes',
  ChecksumSHA512: 'The checksum algorithm SHA512',
  ChecksumMD5: 'The checksum algorithm MD5',
  ChecksumXXHASH64: 'The checksum algorithm XXHASH64',
  ChecksumXXHASH3: 'The checksum algorithm XXHASH3',
  ChecksumXXHASH128: 'The checksum algorithm XXHASH128',
};

/** Members of which only some values are built; the rest is refused by name. */
const BUILT_VALUES: Readonly<Record<string, { readonly feature: string; readonly values: readonly string[] }>> = {
  ACL: { feature: 'The canned ACL', values: ['private', 'bucket-owner-full-control'] },
  ObjectOwnership: { feature: 'The object ownership', values: ['BucketOwnerEnforced'] },
  BucketNamespace: { feature: 'The bucket namespace', values: ['global'] },
  StorageClass: { feature: 'The storage class', values: ['STANDARD'] },
  ChecksumAlgorithm: {
    feature: 'The checksum algorithm',
    values: ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'],
  },
  // An object of a bucket without versions has this one.
  VersionId: { feature: 'Versioning, and so the version', values: ['null'] },
};

/**
 * Refuses an input that asks for what is not built, naming it: nothing is ever ignored. The wire's names of members are the
 * same in all operations, so one table serves them all.
 *
 * @throws LoamError `not-implemented`
 */
export function refuseUnbuilt(input: object): void {
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || value === false) continue;
    const feature = NOT_BUILT[member];
    if (feature !== undefined) throw new LoamError('not-implemented', { feature });
    const built = BUILT_VALUES[member];
    if (built && !built.values.includes(String(value))) {
      throw new LoamError('not-implemented', { feature: `${built.feature} ${JSON.stringify(value)}` });
    }
  }
}
