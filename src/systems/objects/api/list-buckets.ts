import type { ListBucketsCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import { listBuckets } from '../buckets.ts';
import type { ObjectSystem } from '../object.ts';
import { ownerOf } from './owner.ts';

export function listBucketsOperation(system: ObjectSystem): Handler<ListBucketsCommand> {
  return async (input, call) => {
    const { items, nextToken } = await listBuckets(system, call.scope, {
      prefix: input.Prefix,
      region: input.BucketRegion,
      limit: input.MaxBuckets,
      token: input.ContinuationToken,
    });
    return {
      Owner: ownerOf(call.scope.account),
      Buckets: items.map(({ name, region, createdAt }) => ({
        Name: name,
        CreationDate: createdAt,
        BucketRegion: region,
        BucketArn: `arn:aws:s3:::${name}`,
      })),
      ContinuationToken: nextToken,
      Prefix: input.Prefix,
    };
  };
}
