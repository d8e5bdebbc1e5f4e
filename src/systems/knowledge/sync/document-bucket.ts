import type { Readable } from 'node:stream';
import type { Scope } from '../../../core/scope.ts';
import type { Objects } from '../../objects/index.ts';
import type { DocumentLocation } from '../data-source-configuration.ts';
import type { ListedObject } from './scan.ts';

/** The bucket of a data source, seen as documents. */
export interface DocumentBucket {
  readonly name: string;
  /** Everything below the data source's prefix, in the byte order of the keys. */
  list(signal: AbortSignal): AsyncIterable<ListedObject>;
  /** @throws LoamError `key-not-found`, `bucket-not-found` */
  open(key: string, signal: AbortSignal): Promise<OpenedDocument>;
}

export interface OpenedDocument {
  readonly etag: string;
  readonly size: number;
  readonly mediaType: string | undefined;
  /** To be read to its end, or destroyed. */
  readonly content: Readable;
}

export function openDocumentBucket(
  objects: Pick<Objects, 'listObjects' | 'openObject'>,
  scope: Scope,
  { bucket, prefix }: DocumentLocation,
): DocumentBucket {
  return {
    name: bucket,
    list: (signal) => objects.listObjects(scope, bucket, { prefix, signal }),
    async open(key, signal) {
      const { stream, etag, size, contentType } = await objects.openObject(scope, bucket, key, { signal });
      return { etag, size, mediaType: contentType, content: stream };
    },
  };
}
