import { type ChunkSlice, readChunks } from '../../../segments/index.ts';
import type { SegmentSlice } from './reembed.ts';
import { readSegmentFile } from './segment-files.ts';

/** In the worker: living chunks of a segment. */
export async function run({ id, file, dead, from, atLeast }: SegmentSlice): Promise<ChunkSlice> {
  return readChunks({ id, bytes: await readSegmentFile(file), dead }, { from, atLeast });
}
