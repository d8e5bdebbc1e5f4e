import { quantise } from './int8-vector.ts';
import { type LoadedIndex, segmentOf } from './loaded-index.ts';
import { tokensBetween } from './windows.ts';

/**
 * Scores a slot by its best window of two sentences: the highest cosine with a query vector of length 1. Every token's dot
 * product with the query is computed once; a window's is their sum over its tokens, divided by the norm kept of it.
 */
export function createWindowScorer(index: LoadedIndex, vector: Float64Array): ((slot: number) => number) | undefined {
  const { rows } = index;
  if (rows === undefined) return undefined;
  const { values, scale } = quantise(vector);
  const dots = rows.dots(values, allOf(rows.rows));
  const tokenScores = new Float64Array(rows.rows);
  for (let token = 0; token < rows.rows; token++) {
    tokenScores[token] = (dots[token] as number) * (rows.scales[token] as number) * scale;
  }
  return (slot) => bestWindow(index, tokenScores, slot);
}

function allOf(count: number): Uint32Array {
  const all = new Uint32Array(count);
  for (let i = 0; i < count; i++) all[i] = i;
  return all;
}

function bestWindow(index: LoadedIndex, tokenScores: Float64Array, slot: number): number {
  const { windows, base } = segmentOf(index, slot);
  if (windows === undefined) return 0;
  const { tokenStarts, sentenceStarts, norms } = windows;
  const first = sentenceStarts[slot - base] as number;
  const last = (sentenceStarts[slot - base + 1] as number) - 1;
  const begin = tokenStarts[first] as number;
  const tokens = tokensBetween(windows, begin, tokenStarts[last + 1] as number);
  let best = 0;
  let next = 0;
  for (let sentence = last; sentence >= first; sentence--) {
    let sum = 0;
    const end = (tokenStarts[sentence + 1] as number) - begin;
    for (let i = (tokenStarts[sentence] as number) - begin; i < end; i++)
      sum += tokenScores[tokens[i] as number] as number;
    const cosine = (sum + next) / Math.max(norms[sentence] as number, Number.MIN_VALUE);
    if (cosine > best || sentence === last) best = cosine;
    next = sum;
  }
  return best;
}
