import type { ByteRegion } from './byte-region.ts';
import type { Sections, SectionWriter } from './container.ts';
import type { EncodedPassage } from './encode-passage.ts';

/** The tokens of every sentence and the norm of every window of two. Sentence numbers run through the whole segment. */
export interface Windows {
  readonly tokens: ByteRegion;
  /** For each sentence, where its tokens begin; one more at the end. */
  readonly tokenStarts: Uint32Array;
  /** For each chunk, its first sentence; one more at the end. */
  readonly sentenceStarts: Uint32Array;
  /** For each sentence, the norm of the window that begins with it. */
  readonly norms: Float32Array;
}

export function writeWindows(sections: SectionWriter, passages: readonly EncodedPassage[]): void {
  const sentenceStarts = startsOf(passages.map(({ lengths }) => lengths.length));
  const sentences = sentenceStarts.at(-1) as number;
  const lengths = new Uint32Array(sentences);
  const norms = new Float32Array(sentences);
  passages.forEach((passage, i) => {
    lengths.set(passage.lengths, sentenceStarts[i]);
    norms.set(passage.norms, sentenceStarts[i]);
  });
  const tokenStarts = startsOf(lengths);
  const tokens = new Uint16Array(tokenStarts.at(-1) as number);
  passages.forEach((passage, i) => {
    tokens.set(passage.tokens, tokenStarts[sentenceStarts[i] as number]);
  });
  sections.add('windows.tokens', tokens);
  sections.add('windows.tokenStarts', tokenStarts);
  sections.add('windows.sentenceStarts', sentenceStarts);
  sections.add('windows.norms', norms);
}

export function readWindows(sections: Sections): Windows {
  return {
    tokens: sections.region('windows.tokens', Uint16Array),
    tokenStarts: sections.uint32('windows.tokenStarts'),
    sentenceStarts: sections.uint32('windows.sentenceStarts'),
    norms: sections.float32('windows.norms'),
  };
}

/** What `writeWindows` was given of one chunk. */
export function windowsOf(windows: Windows, chunk: number): Omit<EncodedPassage, 'vector'> {
  const first = windows.sentenceStarts[chunk] as number;
  const end = windows.sentenceStarts[chunk + 1] as number;
  const starts = windows.tokenStarts.subarray(first, end + 1);
  return {
    tokens: tokensBetween(windows, starts[0] as number, starts.at(-1) as number).slice(),
    lengths: starts.subarray(1).map((start, i) => start - (starts[i] as number)),
    norms: windows.norms.slice(first, end),
  };
}

/** Tokens of the segment by their places; they last until the next are asked for. */
export function tokensBetween({ tokens }: Windows, first: number, end: number): Uint16Array {
  const { buffer, byteOffset, byteLength } = tokens.read(first * 2, end * 2);
  return new Uint16Array(buffer, byteOffset, byteLength / 2);
}

/** Where each of some runs begins when they follow one another; one more at the end. */
function startsOf(lengths: ArrayLike<number>): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) starts[i + 1] = (starts[i] as number) + (lengths[i] as number);
  return starts;
}
