import { readFile } from 'node:fs/promises';
import type { ObjectStore } from '../../../storage/objects/contract.ts';

/** The bytes of a segment, or where a worker on this machine finds them. */
export type SegmentFile = { readonly path: string } | { readonly bytes: Uint8Array<ArrayBuffer> };

/** A segment for a worker: by its path where the store has one, so that its bytes are not copied. */
export async function segmentFile(
  store: ObjectStore,
  { bytesId, size }: { bytesId: string; size: number },
  signal: AbortSignal,
): Promise<SegmentFile> {
  const path = store.localPath(bytesId) ?? (await store.localCopy?.(bytesId, { signal }));
  if (path !== undefined) return { path };
  const bytes = new Uint8Array(size);
  let filled = 0;
  for await (const part of await store.read(bytesId, { signal })) {
    bytes.set(part, filled);
    filled += part.length;
  }
  return { bytes };
}

/** In the worker. */
export async function readSegmentFile(file: SegmentFile): Promise<Uint8Array> {
  return 'path' in file ? readFile(file.path) : file.bytes;
}
