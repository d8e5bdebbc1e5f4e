import type { DeleteBucketTaggingCommand, GetBucketTaggingCommand, PutBucketTaggingCommand } from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import { deleteBucketSetting, putBucketSetting } from '../bucket-settings.ts';
import type { ObjectSystem } from '../object.ts';
import { checkTags, MOST_BUCKET_TAGS } from '../tags.ts';
import { printTags, readTagSet } from './tag-set.ts';

export function getBucketTaggingOperation({ buckets }: ObjectSystem): Handler<GetBucketTaggingCommand> {
  return async (input) => {
    const { settings } = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    if (!settings.tagging) throw new LoamError('bucket-tags-absent', { bucket: input.Bucket });
    return { TagSet: printTags(settings.tagging.tags) };
  };
}

export function putBucketTaggingOperation(system: ObjectSystem): Handler<PutBucketTaggingCommand> {
  return async (input) => {
    const tags = readTagSet(input.Tagging);
    checkTags(tags, MOST_BUCKET_TAGS);
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    await putBucketSetting(system, bucket, 'tagging', { tags });
    return {};
  };
}

export function deleteBucketTaggingOperation(system: ObjectSystem): Handler<DeleteBucketTaggingCommand> {
  return async (input) => {
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    await deleteBucketSetting(system, bucket, 'tagging');
    return {};
  };
}
