import type { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import { s3ErrorName } from '../errors.ts';
import type { ObjectSystem } from '../object.ts';
import { type KeyToRemove, removeObjects } from '../remove.ts';
import { bucketOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';

export function deleteObjectsOperation(system: ObjectSystem): Handler<DeleteObjectsCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    const keys = input.Delete.Objects.map(readKey);
    const { removed, refused } = await removeObjects(system, call.scope, bucketOf(input), keys);
    return {
      ...(!input.Delete.Quiet && { Deleted: removed.map((Key) => ({ Key })) }),
      Errors: refused.map(({ key, error }) => ({ Key: key, Code: s3ErrorName(error.code), Message: error.message })),
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
  refuseUnbuilt({ VersionId });
  if (NOT_XML.test(Key)) {
    throw new LoamError('batch-invalid', {
      problem: 'A key holds a character that XML cannot carry: delete such an object by itself, with DeleteObject.',
    });
  }
  if (LastModifiedTime !== undefined)
    throw new LoamError('not-implemented', { feature: 'The condition LastModifiedTime' });
  if (Size !== undefined) throw new LoamError('not-implemented', { feature: 'The condition Size' });
  return { key: Key, etag: ETag };
}
