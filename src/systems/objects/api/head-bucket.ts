import type { HeadBucketCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';

export function headBucketOperation({ buckets }: ObjectSystem): Handler<HeadBucketCommand> {
  return async (input) => {
    const bucket = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    return { BucketRegion: bucket.region, BucketArn: `arn:aws:s3:::${bucket.name}`, AccessPointAlias: false };
  };
}
