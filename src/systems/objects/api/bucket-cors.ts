import type { CORSRule, DeleteBucketCorsCommand, GetBucketCorsCommand, PutBucketCorsCommand } from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler, Received } from '../../../wire/operation.ts';
import { deleteBucketSetting, putBucketSetting } from '../bucket-settings.ts';
import { type CorsRule, checkCorsRules } from '../cors.ts';
import type { ObjectSystem } from '../object.ts';

export function getBucketCorsOperation({ buckets }: ObjectSystem): Handler<GetBucketCorsCommand> {
  return async (input) => {
    const { settings } = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    if (!settings.cors) throw new LoamError('cors-absent', { bucket: input.Bucket });
    return { CORSRules: settings.cors.rules.map(printRule) };
  };
}

export function putBucketCorsOperation(system: ObjectSystem): Handler<PutBucketCorsCommand> {
  return async (input) => {
    const rules = (input.CORSConfiguration.CORSRules ?? []).map(readRule);
    checkCorsRules(rules);
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    await putBucketSetting(system, bucket, 'cors', { rules });
    return {};
  };
}

export function deleteBucketCorsOperation(system: ObjectSystem): Handler<DeleteBucketCorsCommand> {
  return async (input) => {
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    await deleteBucketSetting(system, bucket, 'cors');
    return {};
  };
}

function readRule(rule: Received<CORSRule>): CorsRule {
  return {
    ...(rule.ID !== undefined && { id: rule.ID }),
    origins: rule.AllowedOrigins ?? [],
    methods: rule.AllowedMethods ?? [],
    headers: rule.AllowedHeaders ?? [],
    exposed: rule.ExposeHeaders ?? [],
    ...(rule.MaxAgeSeconds !== undefined && { maxAgeSeconds: rule.MaxAgeSeconds }),
  };
}

function printRule({ id, origins, methods, headers, exposed, maxAgeSeconds }: CorsRule) {
  return {
    ...(id !== undefined && { ID: id }),
    ...(headers.length > 0 && { AllowedHeaders: [...headers] }),
    AllowedMethods: [...methods],
    AllowedOrigins: [...origins],
    ...(exposed.length > 0 && { ExposeHeaders: [...exposed] }),
    ...(maxAgeSeconds !== undefined && { MaxAgeSeconds: maxAgeSeconds }),
  };
}
