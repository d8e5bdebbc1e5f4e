import type { Readable } from 'node:stream';

/** Immutable bytes, written once and named by the store; what they mean is written in the database. */
export interface StoredBytes {
  /** `<sha256 in hex>-<random>`: never made from a key or anything else a caller chose. */
  readonly id: string;
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

export interface ByteRange {
  /** First byte, from 0. */
  readonly start: number;
  /** Last byte, inclusive. */
  readonly end: number;
}

/** Where bytes live: a folder by default, any S3 endpoint by URL. Streams both ways; memory does not grow with size. */
export interface ObjectStore {
  /** Durable (fsynced) when it resolves; nothing stays behind when it rejects. */
  write(source: AsyncIterable<Uint8Array>, options?: { signal?: AbortSignal }): Promise<StoredBytes>;
  /** @throws LoamError `bytes-missing` when there are none of that id. */
  read(id: string, options?: { range?: ByteRange; signal?: AbortSignal }): Promise<Readable>;
  /** Removing what is not there is no error. */
  remove(id: string): Promise<void>;
  /** Every id, in no order: for garbage collection. */
  list(): AsyncIterable<string>;
  /** A path that a worker on this machine may open for reading, where the store has one. */
  localPath(id: string): string | undefined;
  describe(): { readonly form: 'folder' | 's3'; readonly where: string };
}
