import { type Cutting, chunkCompared, type ReadableDocument } from './chunk-document.ts';
import type { ReadDocument } from './read-document.ts';

export interface ComparedDocument extends Cutting {
  readonly parsed: ReadableDocument;
  readonly distances: Float64Array;
}

/** In the worker: the second half of reading a document whose sentences were embedded elsewhere. */
export function run({ parsed, distances, ...cutting }: ComparedDocument): Promise<ReadDocument> {
  return chunkCompared(parsed, distances, cutting);
}
