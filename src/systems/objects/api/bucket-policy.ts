import type {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { isPublicPolicy } from '../../../access/policy/public-policy.ts';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import { grantsPublicly } from '../access/acl.ts';
import { accessOf } from '../access/bucket-access.ts';
import { readBucketPolicy } from '../access/bucket-policy.ts';
import { deleteBucketSetting, putBucketSetting } from '../bucket-settings.ts';
import type { ObjectSystem } from '../object.ts';

export function putBucketPolicyOperation(system: ObjectSystem): Handler<PutBucketPolicyCommand> {
  return async (input) => {
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    const policy = readBucketPolicy(input.Policy, bucket.name);
    if (accessOf(bucket).block.blockPublicPolicy && isPublicPolicy(policy)) {
      throw new LoamError('access-denied', {
        action: 's3:PutBucketPolicy with a public policy, which the public access block refuses (BlockPublicPolicy),',
        resource: bucket.name,
      });
    }
    await putBucketSetting(system, bucket, 'policy', { text: input.Policy });
    return {};
  };
}

export function getBucketPolicyOperation({ buckets }: ObjectSystem): Handler<GetBucketPolicyCommand> {
  return async (input) => {
    const { settings } = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    if (!settings.policy) throw new LoamError('bucket-policy-absent', { bucket: input.Bucket });
    return { Policy: settings.policy.text };
  };
}

export function deleteBucketPolicyOperation(system: ObjectSystem): Handler<DeleteBucketPolicyCommand> {
  return async (input) => {
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    await deleteBucketSetting(system, bucket, 'policy');
    return {};
  };
}

/** Public is what its policy or, where lists count, its access control list opens to everybody. */
export function getBucketPolicyStatusOperation({ buckets }: ObjectSystem): Handler<GetBucketPolicyStatusCommand> {
  return async (input) => {
    const bucket = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    const { policy, acl, listsCount, block } = accessOf(bucket);
    const byPolicy = policy !== undefined && isPublicPolicy(policy.policy);
    const byList = listsCount && !block.ignorePublicAcls && grantsPublicly(acl);
    return { PolicyStatus: { IsPublic: byPolicy || byList } };
  };
}
