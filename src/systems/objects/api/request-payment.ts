import type { GetBucketRequestPaymentCommand, PutBucketRequestPaymentCommand } from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import { putBucketSetting } from '../bucket-settings.ts';
import type { ObjectSystem } from '../object.ts';

export function putBucketRequestPaymentOperation(system: ObjectSystem): Handler<PutBucketRequestPaymentCommand> {
  return async (input) => {
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    const { Payer: payer } = input.RequestPaymentConfiguration;
    if (payer !== 'Requester' && payer !== 'BucketOwner') {
      throw new LoamError('batch-invalid', { problem: 'The Payer is Requester or BucketOwner.' });
    }
    await putBucketSetting(system, bucket, 'request-payment', { payer });
    return {};
  };
}

export function getBucketRequestPaymentOperation({ buckets }: ObjectSystem): Handler<GetBucketRequestPaymentCommand> {
  return async (input) => {
    const { settings } = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    return { Payer: settings['request-payment']?.payer ?? 'BucketOwner' };
  };
}
