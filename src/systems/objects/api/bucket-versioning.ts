import type { GetBucketVersioningCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import { putBucketSetting } from '../bucket-settings.ts';
import type { ObjectSystem } from '../object.ts';

export function getBucketVersioningOperation({ buckets }: ObjectSystem): Handler<GetBucketVersioningCommand> {
  return async (input) => {
    const { settings } = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    return settings.versioning ? { Status: settings.versioning.status } : {};
  };
}

export function putBucketVersioningOperation(system: ObjectSystem): Handler<PutBucketVersioningCommand> {
  return async (input) => {
    const { Status: status, MFADelete } = input.VersioningConfiguration;
    if (MFADelete === 'Enabled' || input.MFA !== undefined) {
      throw new LoamError('not-implemented', { feature: 'Deletion by multi-factor authentication (MFADelete)' });
    }
    if (status !== 'Enabled' && status !== 'Suspended') {
      throw new LoamError('batch-invalid', { problem: 'The versioning Status is Enabled or Suspended.' });
    }
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    if (status === 'Suspended' && bucket.settings['object-lock']) {
      throw new LoamError('bucket-state-invalid', {
        problem: 'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      });
    }
    await putBucketSetting(system, bucket, 'versioning', { status });
    return {};
  };
}
