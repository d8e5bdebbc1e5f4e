import type { BuiltSegment } from '../../../segments/index.ts';
import { mergeSegments } from '../../../segments/index.ts';
import type { SegmentsToMerge } from './merge.ts';
import { readSegmentFile } from './segment-files.ts';

/** In the worker: one segment of the living chunks of several; undefined when none lives. */
export async function run({ segments }: SegmentsToMerge): Promise<BuiltSegment | undefined> {
  const read = segments.map(async ({ id, file, dead }) => ({ id, bytes: await readSegmentFile(file), dead }));
  return mergeSegments(await Promise.all(read));
}
