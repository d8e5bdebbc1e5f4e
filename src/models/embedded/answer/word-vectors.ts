import type { TokenEncoder } from '../../../segments/contract.ts';
import { poolTokens } from '../pool-tokens.ts';

/** What the static model knows of single words and of whole texts. */
export interface WordVectors {
  /** Of norm 1; all zeros for a text without a known word. */
  vectorOf(text: string): Float32Array;
  /** 0–1: how much a word narrows down what a text is about; rare words near 1. */
  rarityOf(word: string): number;
}

const CACHED_WORDS = 20_000;
// The share of the vocabulary, ordered by frequency, after which every whole word counts as rare.
const RARE_FROM = 0.6;
const COMMONEST = 0.06;

export function createWordVectors(encoder: TokenEncoder): WordVectors {
  const words = new Map<string, Float32Array>();
  return {
    vectorOf(text) {
      const isWord = !text.includes(' ');
      const known = isWord ? words.get(text) : undefined;
      if (known) return known;
      const vector = poolTokens(encoder, encoder.tokenize(text));
      if (isWord && words.size < CACHED_WORDS) words.set(text, vector);
      return vector;
    },
    rarityOf(word) {
      const ids = encoder.tokenize(word);
      const [first] = ids;
      if (ids.length !== 1 || first === undefined) return 1;
      const rank = first / (encoder.scales.length * RARE_FROM);
      return Math.min(1, Math.max(COMMONEST, Math.log1p(rank * 20) / Math.log1p(20)));
    },
  };
}
