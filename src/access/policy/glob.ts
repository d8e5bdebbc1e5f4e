/** A piece of a pattern: text as it is, or `*` (any number of characters), or `?` (exactly one). */
export type GlobToken = { readonly literal: string } | { readonly wild: '*' | '?' };

export type GlobTest = (text: string) => boolean;

/** What stands between two stars. */
interface Piece {
  /** The characters, when there is no `?` among them. */
  readonly text: string | undefined;
  /** Character codes; `ANY` for a `?`. */
  readonly codes: readonly number[];
}

const ANY = -1;

/**
 * Makes a test of whole texts against a pattern. Its time grows with the length of the text, never with the number of
 * ways a pattern could fit: pieces between stars are looked for once each, from left to right.
 *
 * @example compileGlob([{ literal: 'Get' }, { wild: '*' }])('GetObject') // true
 */
export function compileGlob(tokens: readonly GlobToken[]): GlobTest {
  const pieces = splitAtStars(tokens);
  const [first = EMPTY, ...rest] = pieces;
  const last = rest.pop();
  if (!last) return exact(first);
  if (rest.length === 0 && first.codes.length === 0 && last.codes.length === 0) return () => true;
  const middle = rest.filter(({ codes }) => codes.length > 0).map((piece) => ({ piece, find: finder(piece) }));
  return (text) => {
    const end = text.length - last.codes.length;
    if (end < first.codes.length || !standsAt(first, text, 0) || !standsAt(last, text, end)) return false;
    let position = first.codes.length;
    for (const { piece, find } of middle) {
      const found = find(text, position);
      if (found < 0 || found + piece.codes.length > end) return false;
      position = found + piece.codes.length;
    }
    return true;
  };
}

const EMPTY: Piece = { text: '', codes: [] };

function splitAtStars(tokens: readonly GlobToken[]): Piece[] {
  const pieces: number[][] = [[]];
  for (const token of tokens) {
    const current = pieces[pieces.length - 1] ?? [];
    if ('literal' in token) for (let i = 0; i < token.literal.length; i++) current.push(token.literal.charCodeAt(i));
    else if (token.wild === '?') current.push(ANY);
    else pieces.push([]);
  }
  return pieces.map((codes) => ({ codes, text: codes.includes(ANY) ? undefined : textOf(codes) }));
}

function textOf(codes: readonly number[]): string {
  return codes.map((code) => String.fromCharCode(code)).join('');
}

function exact(piece: Piece): GlobTest {
  const { text: wanted, codes } = piece;
  if (wanted !== undefined) return (text) => text === wanted;
  return (text) => text.length === codes.length && standsAt(piece, text, 0);
}

function standsAt({ text: wanted, codes }: Piece, text: string, position: number): boolean {
  if (wanted !== undefined) return text.startsWith(wanted, position);
  return codes.every((code, index) => code === ANY || code === text.charCodeAt(position + index));
}

type Finder = (text: string, from: number) => number;

function finder(piece: Piece): Finder {
  const { text: wanted } = piece;
  return wanted === undefined ? shiftFinder(piece.codes) : (text, from) => text.indexOf(wanted, from);
}

const BITS = 31;

/**
 * Finds a piece with `?` in it by the shift-and method (Baeza-Yates and Gonnet 1992): one bit for each character of the
 * piece that the text read so far could be the beginning of.
 */
function shiftFinder(codes: readonly number[]): Finder {
  const words = Math.ceil(codes.length / BITS);
  const anything = maskOf(codes, words, ANY);
  const masks = new Map([...new Set(codes)].map((code) => [code, maskOf(codes, words, code)]));
  const lastWord = words - 1;
  const lastBit = 1 << ((codes.length - 1) % BITS);
  return (text, from) => {
    const state = new Int32Array(words);
    for (let index = from; index < text.length; index++) {
      const mask = masks.get(text.charCodeAt(index)) ?? anything;
      let carry = 1;
      for (let word = 0; word < words; word++) {
        const before = state[word] ?? 0;
        state[word] = ((before << 1) | carry) & (mask[word] ?? 0) & 0x7fffffff;
        carry = before >>> (BITS - 1);
      }
      if ((state[lastWord] ?? 0) & lastBit) return index - codes.length + 1;
    }
    return -1;
  };
}

function maskOf(codes: readonly number[], words: number, wanted: number): Int32Array {
  const mask = new Int32Array(words);
  codes.forEach((code, index) => {
    const word = Math.floor(index / BITS);
    if (code === wanted || code === ANY) mask[word] = (mask[word] ?? 0) | (1 << (index % BITS));
  });
  return mask;
}
