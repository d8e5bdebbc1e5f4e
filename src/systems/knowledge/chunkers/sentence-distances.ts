import type { Compared } from './contract.ts';

export type EmbedSentences = (texts: readonly string[]) => Promise<readonly Float32Array[]>;

const TEXTS_AT_ONCE = 256;

/**
 * How far neighbouring sentences are apart: one less their embeddings' cosine, for each pair within a section, one section
 * after the other. Only one batch of embeddings is held at a time.
 *
 * @throws what `embed` throws
 */
export async function sentenceDistances(
  { sentences, bufferSize }: Compared,
  embed: EmbedSentences,
): Promise<Float64Array> {
  const distances = new Float64Array(pairsOf(sentences));
  let pair = 0;
  for (const section of sentences) {
    let before: Float32Array | undefined;
    for (let from = 0; from < section.length && section.length > 1; from += TEXTS_AT_ONCE) {
      const length = Math.min(TEXTS_AT_ONCE, section.length - from);
      const texts = Array.from({ length }, (_, at) => withNeighbours(section, from + at, bufferSize));
      for (const vector of await embed(texts)) {
        if (before) distances[pair++] = 1 - cosine(before, vector);
        before = vector;
      }
    }
  }
  return distances;
}

/** A sentence with as many before and after it as the buffer holds. */
function withNeighbours(sentences: readonly string[], at: number, bufferSize: number): string {
  return sentences.slice(Math.max(0, at - bufferSize), at + bufferSize + 1).join(' ');
}

/** How many pairs of neighbours there are. */
export function pairsOf(sentences: Compared['sentences']): number {
  return sentences.reduce((sum, { length }) => sum + length - 1, 0);
}

/** 0 for a vector of zeros. */
export function cosine(one: Float32Array, other: Float32Array): number {
  let [product, squares, otherSquares] = [0, 0, 0];
  for (let at = 0; at < one.length; at += 1) {
    const [a, b] = [one[at] as number, other[at] as number];
    product += a * b;
    squares += a * a;
    otherSquares += b * b;
  }
  return squares === 0 || otherSquares === 0 ? 0 : product / Math.sqrt(squares * otherSquares);
}
