import type { Clock } from '../../../core/clock.ts';
import type { Chunk } from '../../../segments/index.ts';
import type { PlannedDocument } from './plan.ts';
import type { DocumentResult } from './read-planned.ts';

/** Documents whose chunks go into one segment, and which are written down together. */
export interface Batch {
  readonly rows: readonly PlannedDocument[];
  readonly chunks: readonly Chunk[];
}

export interface BatchLimits {
  readonly documents: number;
  readonly chunks: number;
  /** Of the text, in UTF-16 code units. */
  readonly characters: number;
  /** A batch ends after this time, however small: it is what a crash loses. */
  readonly milliseconds: number;
}

export const BATCH_LIMITS: BatchLimits = {
  documents: 500,
  chunks: 16_000,
  characters: 32_000_000,
  milliseconds: 20_000,
};

/** Gathers read documents into batches. */
export async function* inBatches(
  results: AsyncIterable<DocumentResult>,
  limits: BatchLimits,
  clock: Clock,
): AsyncGenerator<Batch> {
  let rows: PlannedDocument[] = [];
  let chunks: Chunk[] = [];
  let characters = 0;
  let since = clock.now();
  for await (const result of results) {
    rows.push(result.row);
    for (const chunk of result.chunks) chunks.push(chunk);
    characters += result.characters;
    const isFull =
      rows.length >= limits.documents ||
      chunks.length >= limits.chunks ||
      characters >= limits.characters ||
      clock.now() - since >= limits.milliseconds;
    if (!isFull) continue;
    yield { rows, chunks };
    [rows, chunks, characters, since] = [[], [], 0, clock.now()];
  }
  if (rows.length > 0) yield { rows, chunks };
}
