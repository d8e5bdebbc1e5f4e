import type { DeleteBucketCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import { removeBucket } from '../buckets.ts';
import type { ObjectSystem } from '../object.ts';

export function deleteBucketOperation(system: ObjectSystem): Handler<DeleteBucketCommand> {
  return async (input) => {
    await removeBucket(system, input.Bucket, input.ExpectedBucketOwner);
    return {};
  };
}
