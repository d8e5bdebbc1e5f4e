import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Scope } from '../../../core/scope.ts';
import type { ManifestSegment } from '../../../segments/index.ts';
import type { KnowledgeContext } from '../context.ts';
import { type StoredFile, storedFile } from './stored-bytes.ts';

/** The bytes of a segment, or where a worker on this machine finds them. */
export type SegmentFile = StoredFile;

/**
 * A segment for a worker, as `storedFile` gives it.
 *
 * @throws LoamError `kms-key-destroyed`, `kms-key-disabled` … when its key cannot be used
 */
export function segmentFile(
  context: Pick<KnowledgeContext, 'store' | 'dataKeys'>,
  of: { scope: Scope; knowledgeBaseId: string },
  { bytesId, statistics, key }: ManifestSegment,
  signal: AbortSignal,
): Promise<SegmentFile> {
  return storedFile(context, of, { bytesId, size: statistics.bytes, sealedKey: key?.sealed }, signal);
}

/** In the worker. */
export async function readSegmentFile(file: SegmentFile): Promise<Uint8Array> {
  return 'path' in file ? readFile(file.path) : file.bytes;
}

/** The same on a thread that has nothing else to do: one segment after the other, so that never all are held at once. */
export function readSegmentNow(file: SegmentFile | undefined): Uint8Array | undefined {
  return file && ('path' in file ? readFileSync(file.path) : file.bytes);
}
