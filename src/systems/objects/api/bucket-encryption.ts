import type {
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
} from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler, Received } from '../../../wire/operation.ts';
import { deleteBucketSetting, putBucketSetting } from '../bucket-settings.ts';
import type { DefaultEncryption } from '../encryption/bucket-default.ts';
import type { ObjectSystem } from '../object.ts';

export function getBucketEncryptionOperation({ buckets }: ObjectSystem): Handler<GetBucketEncryptionCommand> {
  return async (input) => {
    const { settings } = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    const setting = settings.encryption;
    if (!setting) throw new LoamError('bucket-encryption-absent', { bucket: input.Bucket });
    const rule = {
      ApplyServerSideEncryptionByDefault: {
        SSEAlgorithm: setting.algorithm,
        ...(setting.algorithm === 'aws:kms' && setting.keyId !== undefined && { KMSMasterKeyID: setting.keyId }),
      },
      BucketKeyEnabled: setting.bucketKey === true,
    };
    return { ServerSideEncryptionConfiguration: { Rules: [rule] } };
  };
}

export function putBucketEncryptionOperation(system: ObjectSystem): Handler<PutBucketEncryptionCommand> {
  return async (input) => {
    const setting = readRules(input.ServerSideEncryptionConfiguration.Rules);
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    await putBucketSetting(system, bucket, 'encryption', setting);
    return {};
  };
}

export function deleteBucketEncryptionOperation(system: ObjectSystem): Handler<DeleteBucketEncryptionCommand> {
  return async (input) => {
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    await deleteBucketSetting(system, bucket, 'encryption');
    return {};
  };
}

type Rules = Received<PutBucketEncryptionCommand['input']>['ServerSideEncryptionConfiguration']['Rules'];

/** @throws LoamError `batch-invalid`, `parameter-invalid`, `not-implemented` */
function readRules(rules: Rules): DefaultEncryption {
  const [rule] = rules ?? [];
  const algorithm = rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
  if (!rule || rules?.length !== 1 || algorithm === undefined) {
    throw new LoamError('batch-invalid', {
      problem: 'The configuration holds one rule with an encryption by default.',
    });
  }
  if (rule.BlockedEncryptionTypes) throw new LoamError('not-implemented', { feature: 'Blocked encryption types' });
  const keyId = rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
  const bucketKey = rule.BucketKeyEnabled ? { bucketKey: true } : {};
  if (algorithm === 'aws:kms') return { algorithm, ...(keyId !== undefined && { keyId }), ...bucketKey };
  if (algorithm !== 'AES256') {
    throw new LoamError('not-implemented', { feature: `The default encryption ${algorithm}` });
  }
  if (keyId === undefined) return { algorithm, ...bucketKey };
  throw new LoamError('parameter-invalid', {
    parameter: 'KMSMasterKeyID',
    problem: 'is given with AES256',
    allowed: 'a key with aws:kms',
  });
}
