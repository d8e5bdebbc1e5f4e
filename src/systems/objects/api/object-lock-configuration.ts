import type { GetObjectLockConfigurationCommand, PutObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import { putBucketSetting } from '../bucket-settings.ts';
import type { ObjectSystem } from '../object.ts';
import { readLockConfiguration } from './object-lock.ts';
import { refuseUnbuilt } from './refusals.ts';

export function getObjectLockConfigurationOperation({
  buckets,
}: ObjectSystem): Handler<GetObjectLockConfigurationCommand> {
  return async (input) => {
    const { settings } = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    const setting = settings['object-lock'];
    if (!setting) throw new LoamError('object-lock-not-configured', { bucket: input.Bucket });
    const { mode, days, years } = setting.defaultRetention ?? {};
    return {
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        ...(mode && { Rule: { DefaultRetention: { Mode: mode, Days: days, Years: years } } }),
      },
    };
  };
}

export function putObjectLockConfigurationOperation(system: ObjectSystem): Handler<PutObjectLockConfigurationCommand> {
  return async (input) => {
    refuseUnbuilt(input);
    const setting = readLockConfiguration(input.ObjectLockConfiguration);
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    if (bucket.settings.versioning?.status !== 'Enabled') {
      throw new LoamError('bucket-state-invalid', {
        problem: "Versioning must be 'Enabled' on the bucket to apply an Object Lock configuration.",
      });
    }
    await putBucketSetting(system, bucket, 'object-lock', setting);
    return {};
  };
}
