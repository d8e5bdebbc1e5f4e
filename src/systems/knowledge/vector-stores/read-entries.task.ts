import { type EntrySlice, readEntries } from '../../../segments/index.ts';
import type { SegmentSlice } from '../indexing/reembed.ts';
import { readSegmentFile } from '../indexing/segment-files.ts';

/** In the worker: living chunks of a segment with their vectors and terms. */
export async function run({ id, file, dead, from, atLeast }: SegmentSlice): Promise<EntrySlice> {
  return readEntries({ id, bytes: await readSegmentFile(file), dead }, { from, atLeast });
}
