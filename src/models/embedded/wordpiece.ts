import { cleanText, createCharacterKinds, forEachWord } from './words.ts';

/** Words longer than this many characters become one unknown token, as in the reference tokenizer. */
const LONGEST_WORD = 100;
const CACHED_WORDS = 50_000;
const UNKNOWN = '[UNK]';
const CONTINUES = '##';

/** Turns text into ids of word pieces. */
export type Tokenize = (text: string) => readonly number[];

/**
 * Makes an uncased WordPiece tokenizer for a vocabulary given in id order, equal to the reference (BERT uncased) except
 * where the Unicode versions of the two runtimes differ. Word → ids is cached, for at most 50,000 words.
 */
export function createTokenizer(vocabulary: readonly string[]): Tokenize {
  const pieces = indexPieces(vocabulary);
  const cache = new Map<string, readonly number[]>();
  const kinds = createCharacterKinds();

  const idsOf = (word: string): readonly number[] => {
    const known = cache.get(word);
    if (known) {
      return known;
    }
    const ids = splitWord(word, pieces);
    if (word.length <= LONGEST_WORD) {
      remember(cache, word, ids);
    }
    return ids;
  };

  return (text) => {
    const ids: number[] = [];
    forEachWord(cleanText(text), kinds, (word) => {
      for (const id of idsOf(word)) {
        ids.push(id);
      }
    });
    return ids;
  };
}

interface Pieces {
  readonly first: ReadonlyMap<string, number>;
  readonly following: ReadonlyMap<string, number>;
  readonly longest: number;
  readonly unknown: number;
}

function indexPieces(vocabulary: readonly string[]): Pieces {
  const first = new Map<string, number>();
  const following = new Map<string, number>();
  let longest = 0;
  for (const [id, piece] of vocabulary.entries()) {
    const continues = piece.startsWith(CONTINUES) && piece.length > CONTINUES.length;
    const text = continues ? piece.slice(CONTINUES.length) : piece;
    (continues ? following : first).set(text, id);
    longest = Math.max(longest, text.length);
  }
  const unknown = first.get(UNKNOWN);
  if (unknown === undefined) {
    throw new Error(`The vocabulary has no ${UNKNOWN}.`);
  }
  return { first, following, longest, unknown };
}

/** Greedy longest match from the left; a word with any part unknown is unknown as a whole. */
function splitWord(word: string, pieces: Pieces): readonly number[] {
  if (word.length > LONGEST_WORD && Array.from(word).length > LONGEST_WORD) {
    return [pieces.unknown];
  }
  const ids: number[] = [];
  for (let start = 0; start < word.length; ) {
    const end = longestMatch(word, start, pieces);
    if (end === start) {
      return [pieces.unknown];
    }
    const table = start === 0 ? pieces.first : pieces.following;
    ids.push(table.get(word.slice(start, end)) as number);
    start = end;
  }
  return ids;
}

/** End of the longest piece that stands at `start`, or `start` when none does. */
function longestMatch(word: string, start: number, pieces: Pieces): number {
  const table = start === 0 ? pieces.first : pieces.following;
  let end = Math.min(word.length, start + pieces.longest);
  while (end > start && !table.has(word.slice(start, end))) {
    end -= 1;
  }
  return end;
}

function remember(cache: Map<string, readonly number[]>, word: string, ids: readonly number[]): void {
  if (cache.size >= CACHED_WORDS) {
    cache.clear();
  }
  // A slice keeps the whole text that it was cut from alive; the cache must not, so it keeps a copy.
  cache.set(Buffer.from(word).toString(), ids);
}
