import type { GetObjectAclCommand, PutObjectAclCommand } from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import { isPrivate, privateAcl } from '../access/acl.ts';
import { readAcl } from '../access/acl-request.ts';
import { accessOf } from '../access/bucket-access.ts';
import { aclOfObject, refuseAcl } from '../access/ownership.ts';
import { refusePublicAcl } from '../access/public-access.ts';
import { findObject } from '../find.ts';
import type { ObjectSystem } from '../object.ts';
import { updateAcl } from '../tables/object-properties.ts';
import { printAcl } from './access-control-list.ts';
import { noAcl } from './bucket-acl.ts';
import { placeOf } from './places.ts';

export function getObjectAclOperation(system: ObjectSystem): Handler<GetObjectAclCommand> {
  return async (input) => {
    const { bucket, object } = await findObject(system, placeOf(input));
    const { account, listsCount } = accessOf(bucket);
    return printAcl(listsCount ? aclOfObject(object, object.owner ?? account) : privateAcl(account));
  };
}

/** The object's bytes, its time and its owner stay as they are. */
export function putObjectAclOperation(system: ObjectSystem): Handler<PutObjectAclCommand> {
  return async (input) => {
    const { bucket, object } = await findObject(system, placeOf(input));
    const { account, listsCount, block } = accessOf(bucket);
    if (!listsCount) refuseAcl(input, account);
    const acl = readAcl(input, { owner: object.owner ?? account, bucketOwner: account });
    if (!acl) throw noAcl();
    refusePublicAcl(block, acl, 'the object');
    const update = updateAcl(system.database, bucket, object, isPrivate(acl) ? null : acl);
    const written = await update.finally(() => system.cache.forget(bucket, [object.key]));
    if (!written) throw new LoamError('key-not-found', { key: input.Key });
    return {};
  };
}
