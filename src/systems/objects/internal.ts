import { Readable } from 'node:stream';
import { isLoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { openContent, readObject } from './content.ts';
import { findObject } from './find.ts';
import { listObjects, positionAfter } from './list.ts';
import type { ObjectSystem } from './object.ts';
import { selectParts } from './tables/parts.ts';

/** An object as another system lists it. */
export interface WalkedObject {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  readonly size: number;
  readonly lastModified: Date;
  readonly contentType: string | undefined;
}

/** An object as another system reads it. */
export interface ObjectToRead {
  /** To be read to its end, or destroyed. */
  readonly stream: Readable;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** The stored bytes in order, for a worker that opens `store.localPath(id)`; empty when they are in the row or encrypted. */
  readonly bytesIds: readonly string[];
}

/** Walks over a bucket's objects in the order of their keys, a page at a time. What changes meanwhile may or may not be seen. */
export async function* walkObjects(
  system: ObjectSystem,
  scope: Scope,
  bucket: string,
  { prefix = '', signal }: { prefix?: string | undefined; signal?: AbortSignal | undefined },
): AsyncGenerator<WalkedObject> {
  let after: string | undefined = '';
  while (after !== undefined) {
    signal?.throwIfAborted();
    const query = { prefix, delimiter: '', after, limit: undefined };
    const page = await listObjects(system, { bucket, expectedOwner: scope.account }, query);
    for (const { key, etag, size, modifiedAt, contentType } of page.objects) {
      yield { key, etag, size, lastModified: modifiedAt, contentType: contentType ?? undefined };
    }
    after = page.next && positionAfter(page.next);
  }
}

/** @throws LoamError `bucket-not-found`, `access-denied`, `key-not-found` */
export function openObject(
  system: ObjectSystem,
  scope: Scope,
  place: { bucket: string; key: string },
  signal: AbortSignal,
): Promise<ObjectToRead> {
  return readObject(
    () => findObject(system, { ...place, expectedOwner: scope.account }),
    async (found) => {
      const { size, etag, headers, metadata, bytesId, uploadId } = found.object;
      const content = await openContent(system, found, undefined, { signal });
      if (!content) return undefined;
      const stream = Buffer.isBuffer(content) ? Readable.from([content], { objectMode: false }) : content;
      const isPlain = found.object.encryption === null;
      const parts = uploadId && isPlain ? await selectParts(system.database, found.bucket, uploadId) : [];
      const bytesIds =
        bytesId && isPlain ? [bytesId] : parts.filter((part) => part.size > 0).map((part) => part.bytesId);
      return { stream, size, etag, contentType: headers.contentType, metadata, bytesIds };
    },
  );
}

/** Whether the scope's account has a bucket of that name. */
export async function bucketExists({ buckets }: ObjectSystem, scope: Scope, name: string): Promise<boolean> {
  try {
    await buckets.confirm(name, scope.account);
    return true;
  } catch (error) {
    if (isLoamError(error, 'bucket-not-found') || isLoamError(error, 'access-denied')) return false;
    throw error;
  }
}
