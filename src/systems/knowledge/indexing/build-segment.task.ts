import { openKernel } from '../../../kernel/index.ts';
import type { BuiltSegment } from '../../../segments/index.ts';
import { buildSegment } from '../../../segments/index.ts';
import type { SegmentToBuild } from './segment-builder.ts';
import { encoderOf } from './worker-encoder.ts';

/** In the worker: embeds chunks and lays them out as a segment. */
export async function run({ chunks, embedding }: SegmentToBuild): Promise<BuiltSegment> {
  return buildSegment(chunks, { encoder: await encoderOf(embedding), kernel: await openKernel() });
}
