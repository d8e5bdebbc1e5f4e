import type {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
} from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import { deleteBucketSetting, putBucketSetting } from '../bucket-settings.ts';
import { checkLifecycle } from '../lifecycle/rules.ts';
import type { ObjectSystem } from '../object.ts';
import { printLifecycleRule, readLifecycleRule } from './lifecycle-rules.ts';

export function getBucketLifecycleConfigurationOperation({
  buckets,
}: ObjectSystem): Handler<GetBucketLifecycleConfigurationCommand> {
  return async (input) => {
    const { settings } = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    if (!settings.lifecycle) throw new LoamError('lifecycle-absent', { bucket: input.Bucket });
    return { Rules: settings.lifecycle.rules.map(printLifecycleRule) };
  };
}

export function putBucketLifecycleConfigurationOperation(
  system: ObjectSystem,
): Handler<PutBucketLifecycleConfigurationCommand> {
  return async (input) => {
    const { Rules = [] } = input.LifecycleConfiguration ?? {};
    const rules = Rules.map((rule) => readLifecycleRule(rule, () => system.ids.uuid()));
    checkLifecycle(rules);
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    await putBucketSetting(system, bucket, 'lifecycle', { rules });
    return {};
  };
}

export function deleteBucketLifecycleOperation(system: ObjectSystem): Handler<DeleteBucketLifecycleCommand> {
  return async (input) => {
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    await deleteBucketSetting(system, bucket, 'lifecycle');
    return {};
  };
}
