import type { GetBucketLocationCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';

export function getBucketLocationOperation({ buckets }: ObjectSystem): Handler<GetBucketLocationCommand> {
  return async (input) => {
    const { region } = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    // S3 says nothing of a bucket in us-east-1.
    return region === 'us-east-1' ? {} : { LocationConstraint: region as 'eu-west-1' };
  };
}
