import type { Kernel } from '../kernel/index.ts';
import { createChunkAnalyzer } from './analyze-chunk.ts';
import { assemble } from './assemble.ts';
import type { BuiltSegment, Chunk, Encoder } from './contract.ts';

/**
 * Builds a segment of chunks: all of it on the calling thread, so call it in a worker. Memory grows by about six times the
 * text; 20,000 chunks at a time are plenty.
 *
 * @throws LoamError `parameter-invalid` for a vector of other dimensions or metadata that is no finite number;
 * `resource-conflict` for a chunk id that comes twice.
 * @example const { bytes, statistics } = buildSegment(chunks, { encoder, kernel: await openKernel() });
 */
export function buildSegment(chunks: Iterable<Chunk>, options: { encoder: Encoder; kernel: Kernel }): BuiltSegment {
  const { fingerprint, dimensions } = options.encoder;
  const analyze = createChunkAnalyzer(options.encoder, options.kernel);
  return assemble(Array.from(chunks, analyze), { fingerprint, dimensions });
}
