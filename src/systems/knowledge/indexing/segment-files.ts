import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Scope } from '../../../core/scope.ts';
import type { ManifestSegment } from '../../../segments/index.ts';
import { openBytes, sealedSize } from '../../../storage/keys/sealed-stream.ts';
import type { ObjectStore } from '../../../storage/objects/contract.ts';
import { aboutKnowledgeBase, openDataKey } from '../bound-keys.ts';
import type { KnowledgeContext } from '../context.ts';

/** The bytes of a segment, or where a worker on this machine finds them. */
export type SegmentFile = { readonly path: string } | { readonly bytes: Uint8Array<ArrayBuffer> };

/**
 * A segment for a worker: by its path where the store has one, so that its bytes are not copied. One that is encrypted is opened
 * in memory; it never lies in a file in the clear.
 *
 * @throws LoamError `kms-key-destroyed`, `kms-key-disabled` … when its key cannot be used
 */
export async function segmentFile(
  context: Pick<KnowledgeContext, 'store' | 'dataKeys'>,
  { scope, knowledgeBaseId }: { scope: Scope; knowledgeBaseId: string },
  { bytesId, statistics, key }: ManifestSegment,
  signal: AbortSignal,
): Promise<SegmentFile> {
  const { store } = context;
  if (key) {
    const about = aboutKnowledgeBase(scope, knowledgeBaseId);
    const dataKey = await openDataKey(context, scope, Buffer.from(key.sealed, 'base64'), about);
    const sealed = await readAll(store, { bytesId, size: sealedSize(statistics.bytes) }, signal);
    return { bytes: new Uint8Array(openBytes(dataKey, sealed)) };
  }
  const path = store.localPath(bytesId) ?? (await store.localCopy?.(bytesId, { signal }));
  if (path !== undefined) return { path };
  return { bytes: await readAll(store, { bytesId, size: statistics.bytes }, signal) };
}

async function readAll(
  store: ObjectStore,
  { bytesId, size }: { bytesId: string; size: number },
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  for await (const part of await store.read(bytesId, { signal })) {
    bytes.set(part, filled);
    filled += part.length;
  }
  return bytes;
}

/** In the worker. */
export async function readSegmentFile(file: SegmentFile): Promise<Uint8Array> {
  return 'path' in file ? readFile(file.path) : file.bytes;
}

/** The same on a thread that has nothing else to do: one segment after the other, so that never all are held at once. */
export function readSegmentNow(file: SegmentFile | undefined): Uint8Array | undefined {
  return file && ('path' in file ? readFileSync(file.path) : file.bytes);
}
