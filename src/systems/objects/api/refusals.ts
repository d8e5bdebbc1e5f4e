import { LoamError } from '../../../core/errors.ts';

/** Members that ask for what is not built, by the name that a person knows it under. Absent and false ask for nothing. */
const NOT_BUILT: Readonly<Record<string, string>> = {
  ObjectLockEventHold: 'Object lock (event hold)',
  ObjectLockEventHoldDurationDays: 'Object lock (event hold)',
  ObjectLockEventHoldDurationYears: 'Object lock (event hold)',
  MFA: 'Deletion by multi-factor authentication (x-amz-mfa)',
  Token: 'The token of an object lock configuration (x-amz-bucket-object-lock-token)',
  AnnotationDirective: 'The annotation of objects',
  WriteOffsetBytes: 'Appending to an object (x-amz-write-offset-bytes)',
  ChecksumSHA512: 'The checksum algorithm SHA512',
  ChecksumMD5: 'The checksum algorithm MD5',
  ChecksumXXHASH64: 'The checksum algorithm XXHASH64',
  ChecksumXXHASH3: 'The checksum algorithm XXHASH3',
  ChecksumXXHASH128: 'The checksum algorithm XXHASH128',
};

/** Members of which only some values are built; the rest is refused by name. */
const BUILT_VALUES: Readonly<Record<string, { readonly feature: string; readonly values: readonly string[] }>> = {
  BucketNamespace: { feature: 'The bucket namespace', values: ['global'] },
  ChecksumAlgorithm: {
    feature: 'The checksum algorithm',
    values: ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'],
  },
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
