import type { CreateBucketCommand } from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { BucketSettings } from '../bucket-settings.ts';
import { createBucket } from '../buckets.ts';
import type { ObjectSystem } from '../object.ts';
import { accessSettings } from './new-bucket.ts';
import { refuseUnbuilt } from './refusals.ts';

export function createBucketOperation(system: ObjectSystem): Handler<CreateBucketCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    const { LocationConstraint, Location, Bucket, Tags } = input.CreateBucketConfiguration ?? {};
    if (Location ?? Bucket) throw new LoamError('not-implemented', { feature: 'A directory bucket' });
    if (Tags && Tags.length > 0) throw new LoamError('not-implemented', { feature: 'A bucket with tags' });
    const lock: BucketSettings = input.ObjectLockEnabledForBucket
      ? { versioning: { status: 'Enabled' }, 'object-lock': {} }
      : {};
    const settings = { ...lock, ...accessSettings(input, call.scope.account, system.bucketOwnership) };
    await createBucket(system, call.scope, { name: input.Bucket, location: LocationConstraint, settings });
    return { Location: `/${input.Bucket}`, BucketArn: `arn:aws:s3:::${input.Bucket}` };
  };
}
