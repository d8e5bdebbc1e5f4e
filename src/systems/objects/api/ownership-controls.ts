import type {
  DeleteBucketOwnershipControlsCommand,
  GetBucketOwnershipControlsCommand,
  PutBucketOwnershipControlsCommand,
} from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import { isPrivate } from '../access/acl.ts';
import { accessOf } from '../access/bucket-access.ts';
import { readOwnership } from '../access/ownership.ts';
import { putBucketSetting } from '../bucket-settings.ts';
import type { ObjectSystem } from '../object.ts';

export function putBucketOwnershipControlsOperation(system: ObjectSystem): Handler<PutBucketOwnershipControlsCommand> {
  return async (input) => {
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    const [rule, ...more] = input.OwnershipControls.Rules;
    if (!rule || more.length > 0) {
      throw new LoamError('batch-invalid', { problem: 'Ownership controls have exactly one rule.' });
    }
    const objectOwnership = readOwnership(rule.ObjectOwnership);
    const { acl } = accessOf(bucket);
    if (objectOwnership === 'BucketOwnerEnforced' && !isPrivate(acl)) throw new LoamError('bucket-acl-in-the-way', {});
    await putBucketSetting(system, bucket, 'ownership', { objectOwnership });
    return {};
  };
}

export function getBucketOwnershipControlsOperation({
  buckets,
}: ObjectSystem): Handler<GetBucketOwnershipControlsCommand> {
  return async (input) => {
    const bucket = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    if (bucket.settings.ownership?.deleted) throw new LoamError('ownership-controls-absent', { bucket: bucket.name });
    return { OwnershipControls: { Rules: [{ ObjectOwnership: accessOf(bucket).ownership }] } };
  };
}

/** Without controls, what is written belongs to the writer, and access control lists count. */
export function deleteBucketOwnershipControlsOperation(
  system: ObjectSystem,
): Handler<DeleteBucketOwnershipControlsCommand> {
  return async (input) => {
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    await putBucketSetting(system, bucket, 'ownership', { objectOwnership: 'ObjectWriter', deleted: true });
    return {};
  };
}
