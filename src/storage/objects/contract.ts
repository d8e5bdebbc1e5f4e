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

/** What a store says of bytes that it keeps. */
export interface StoredEntry {
  readonly id: string;
  readonly size: number;
  /** When they were complete. */
  readonly writtenAt: Date;
}

/** Where bytes live: a folder by default, any S3 endpoint by URL. Streams both ways; memory does not grow with size. */
export interface ObjectStore {
  /**
   * Durable (fsynced) when it resolves; nothing stays behind when it rejects.
   *
   * @param options.id the id that another store has given to these bytes, for a restore
   * @throws LoamError `storage-full`, `storage-unavailable`; `bytes-missing` when the bytes are not those that `id` names
   */
  write(source: AsyncIterable<Uint8Array>, options?: { id?: string; signal?: AbortSignal }): Promise<StoredBytes>;
  /**
   * The stream fails at its end when what was read whole is not what was written.
   *
   * @throws LoamError `bytes-missing` when there are none of that id, `storage-unavailable`
   */
  read(id: string, options?: { range?: ByteRange; signal?: AbortSignal }): Promise<Readable>;
  /** Removing what is not there is no error. */
  remove(id: string): Promise<void>;
  /** Every id, in no order: for garbage collection. */
  list(): AsyncIterable<string>;
  /** As `list`, with what a report of garbage says. */
  entries(): AsyncIterable<StoredEntry>;
  /** Removes what writes that began before `before` and never ended have left. @returns how many */
  removeUnfinished(before: Date): Promise<number>;
  /** A path that a worker on this machine may open for reading, where the store has one. */
  localPath(id: string): string | undefined;
  /**
   * A path to a copy on this machine, made now where there is none; it stays for ten minutes after the last call at least.
   * Absent where `localPath` serves, or where no room for copies was given.
   *
   * @throws LoamError `bytes-missing`, `storage-unavailable`, `storage-full`
   */
  localCopy?(id: string, options?: { signal?: AbortSignal }): Promise<string>;
  describe(): { readonly form: 'folder' | 's3'; readonly where: string };
}
