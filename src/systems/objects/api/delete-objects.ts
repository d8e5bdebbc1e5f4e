import type { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import type { Access } from '../../../access/policy/contract.ts';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import { objectArn } from '../access/resources.ts';
import { s3ErrorName } from '../errors.ts';
import type { ObjectSystem } from '../object.ts';
import { type KeyRemoval, type KeyToRemove, removeObjects } from '../remove-batch.ts';
import { causeOf } from './change-cause.ts';
import { bucketOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';

export function deleteObjectsOperation(system: ObjectSystem): Handler<DeleteObjectsCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    const { refused, rest: keys } = splitRefused(input.Delete.Objects.map(readKey), input.Bucket, call.refused);
    const remover = { bypassGovernance: input.BypassGovernanceRetention === true, cause: causeOf(call) };
    const isLeft = keys.length > 0 || refused.length === 0;
    const removals = isLeft ? await removeObjects(system, bucketOf(input), keys, remover) : [];
    return {
      ...(!input.Delete.Quiet && { Deleted: removals.flatMap(printDeleted) }),
      Errors: [...refused.map(printRefused), ...removals.flatMap(printError)],
    };
  };
}

interface ObjectIdentifier {
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ETag?: string | undefined;
  readonly LastModifiedTime?: Date | undefined;
  readonly Size?: number | undefined;
}

// XML 1.0 (section 2.2) cannot carry the rest, neither in the request nor in the answer, not even as character references.
const NOT_XML = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function readKey({ Key, VersionId, ETag, LastModifiedTime, Size }: ObjectIdentifier): KeyToRemove {
  if (NOT_XML.test(Key)) {
    throw new LoamError('batch-invalid', {
      problem: 'A key holds a character that XML cannot carry: delete such an object by itself, with DeleteObject.',
    });
  }
  return { key: Key, versionId: VersionId || undefined, etag: ETag, size: Size, modifiedAt: LastModifiedTime };
}

/** Each key is authorised for itself: those that the caller may not delete are answered for and left alone. */
function splitRefused(keys: readonly KeyToRemove[], bucket: string, accesses: readonly Access[]) {
  const names = new Set(accesses.map(({ resource, keys: sent }) => nameOf(resource, sent?.['s3:VersionId'])));
  const isRefused = ({ key, versionId }: KeyToRemove): boolean => names.has(nameOf(objectArn(bucket, key), versionId));
  return { refused: keys.filter(isRefused), rest: keys.filter((item) => !isRefused(item)) };
}

function nameOf(resource: string, versionId: unknown): string {
  return JSON.stringify([resource, versionId ?? null]);
}

function printRefused({ key, versionId }: KeyToRemove) {
  return { Key: key, VersionId: versionId, Code: 'AccessDenied', Message: 'Access Denied' };
}

function printDeleted(removal: KeyRemoval) {
  if ('error' in removal) return [];
  const { key, versionId, marker } = removal;
  return {
    Key: key,
    VersionId: versionId,
    ...(marker !== undefined && { DeleteMarker: true, DeleteMarkerVersionId: marker }),
  };
}

function printError(removal: KeyRemoval) {
  if (!('error' in removal)) return [];
  const { key, versionId, error } = removal;
  return { Key: key, VersionId: versionId, Code: s3ErrorName(error.code), Message: error.message };
}
