import type { GetBucketAclCommand, PutBucketAclCommand } from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import { isPrivate, privateAcl } from '../access/acl.ts';
import { readAcl } from '../access/acl-request.ts';
import { accessOf } from '../access/bucket-access.ts';
import { refuseAcl } from '../access/ownership.ts';
import { refusePublicAcl } from '../access/public-access.ts';
import { deleteBucketSetting, putBucketSetting } from '../bucket-settings.ts';
import type { ObjectSystem } from '../object.ts';
import { printAcl } from './access-control-list.ts';

export function getBucketAclOperation({ buckets }: ObjectSystem): Handler<GetBucketAclCommand> {
  return async (input) => {
    const bucket = await buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    const { acl, account, listsCount } = accessOf(bucket);
    return printAcl(listsCount ? acl : privateAcl(account));
  };
}

export function putBucketAclOperation(system: ObjectSystem): Handler<PutBucketAclCommand> {
  return async (input) => {
    const bucket = await system.buckets.confirm(input.Bucket, input.ExpectedBucketOwner);
    const { account, listsCount, block } = accessOf(bucket);
    if (!listsCount) refuseAcl(input, account);
    const acl = readAcl(input, { owner: account, bucketOwner: account });
    if (!acl) throw noAcl();
    refusePublicAcl(block, acl, `the bucket ${bucket.name}`);
    if (isPrivate(acl)) await deleteBucketSetting(system, bucket, 'acl');
    else await putBucketSetting(system, bucket, 'acl', acl);
    return {};
  };
}

export function noAcl(): LoamError {
  return new LoamError('request-invalid', {
    message: 'Your request was missing a required header: a canned ACL, grant headers or an access control policy.',
  });
}
