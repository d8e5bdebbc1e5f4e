import type {
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import { deleteBucketSetting, putBucketSetting } from '../bucket-settings.ts';
import type { ObjectSystem } from '../object.ts';

export function putPublicAccessBlockOperation(system: ObjectSystem): Handler<PutPublicAccessBlockCommand> {
  return async (input) => {
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    const sent = input.PublicAccessBlockConfiguration;
    await putBucketSetting(system, bucket, 'public-access-block', {
      blockPublicAcls: sent.BlockPublicAcls ?? false,
      ignorePublicAcls: sent.IgnorePublicAcls ?? false,
      blockPublicPolicy: sent.BlockPublicPolicy ?? false,
      restrictPublicBuckets: sent.RestrictPublicBuckets ?? false,
    });
    return {};
  };
}

export function getPublicAccessBlockOperation({ buckets }: ObjectSystem): Handler<GetPublicAccessBlockCommand> {
  return async (input) => {
    const { settings } = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    const block = settings['public-access-block'];
    if (!block) throw new LoamError('public-access-block-absent', { bucket: input.Bucket });
    return {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: block.blockPublicAcls,
        IgnorePublicAcls: block.ignorePublicAcls,
        BlockPublicPolicy: block.blockPublicPolicy,
        RestrictPublicBuckets: block.restrictPublicBuckets,
      },
    };
  };
}

export function deletePublicAccessBlockOperation(system: ObjectSystem): Handler<DeletePublicAccessBlockCommand> {
  return async (input) => {
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    await deleteBucketSetting(system, bucket, 'public-access-block');
    return {};
  };
}
