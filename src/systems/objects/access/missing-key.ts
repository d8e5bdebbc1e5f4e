import type { Access } from '../../../access/policy/contract.ts';
import { isLoamError, LoamError } from '../../../core/errors.ts';
import type { Call, Explain } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';
import { selectObject } from '../tables/objects.ts';
import { bucketArn, objectArn, readArn } from './resources.ts';

/** Whether a key is there is told only to who may list it: to others a missing object is one that they may not read. */
function listing(bucket: string, key: string): Access {
  return { action: 's3:ListBucket', resource: bucketArn(bucket), keys: { 's3:prefix': key } };
}

const READING: ReadonlySet<string> = new Set(['s3:GetObject', 's3:GetObjectVersion']);

/** Tells a caller whose read was refused that there is nothing to read, when the caller may list. */
export function createExplain({ buckets, database }: ObjectSystem): Explain {
  return async ({ action, resource }, _input, may) => {
    const named = readArn(resource);
    if (!named?.key || !READING.has(action) || named.key.includes('\0')) return undefined;
    const { bucket: name, key } = named;
    if (!(await may(listing(name, key)))) return undefined;
    const object = await selectObject(database, await buckets.open(name), key);
    return object && !object.deleteMarker ? undefined : new LoamError('key-not-found', { key });
  };
}

/**
 * Does something with an object and hides that it is missing from who may not list.
 *
 * @throws LoamError `access-denied` in place of an error that tells of the object's absence
 */
export async function hideMissing<Result>(
  call: Pick<Call, 'may' | 'principal'>,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const tells = isLoamError(error, 'key-not-found') || isLoamError(error, 'object-deleted');
    if (!tells || (await call.may(listing(bucket, key)))) throw error;
    const { arn: caller } = call.principal;
    throw new LoamError('access-denied', { action: 's3:ListBucket', resource: objectArn(bucket, key), caller });
  }
}
