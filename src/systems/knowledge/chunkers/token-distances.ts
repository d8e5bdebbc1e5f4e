import type { TokenEncoder } from '../../../segments/index.ts';
import type { Compared } from './contract.ts';
import { cosine, pairsOf } from './sentence-distances.ts';

/**
 * As `sentenceDistances` with the embedder that a token encoder is. A text's vector being the sum of its tokens', that of a
 * sentence with its neighbours is the sum of theirs: each is read once, however many windows it stands in.
 */
export function tokenDistances({ sentences, bufferSize }: Compared, encoder: TokenEncoder): Float64Array {
  const distances = new Float64Array(pairsOf(sentences));
  let pair = 0;
  for (const section of sentences) {
    if (section.length < 2) continue;
    let before: Float32Array | undefined;
    for (const window of windowsOf(section, bufferSize, encoder)) {
      if (before) distances[pair++] = 1 - cosine(before, window);
      before = window;
    }
  }
  return distances;
}

function sumOf({ tokenize, rows, scales, dimensions }: TokenEncoder, sentence: string): Float32Array {
  const sum = new Float32Array(dimensions);
  for (const token of tokenize(sentence)) {
    const scale = scales[token] as number;
    const from = token * dimensions;
    for (let at = 0; at < dimensions; at += 1) {
      sum[at] = (sum[at] as number) + scale * (rows[from + at] as number);
    }
  }
  return sum;
}

/** For each sentence the sum of its own and its neighbours'; only those of one window are held at a time. */
function* windowsOf(section: readonly string[], bufferSize: number, encoder: TokenEncoder): Generator<Float32Array> {
  const sums: Float32Array[] = [];
  let next = 0;
  for (let at = 0; at < section.length; at += 1) {
    if (at > bufferSize) sums.shift();
    for (const last = Math.min(section.length - 1, at + bufferSize); next <= last; next += 1) {
      sums.push(sumOf(encoder, section[next] as string));
    }
    yield total(sums);
  }
}

function total(sums: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0), ...others] = sums;
  if (others.length === 0) return first;
  const sum = first.slice();
  for (const other of others)
    for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] as number) + (other[i] as number);
  return sum;
}
