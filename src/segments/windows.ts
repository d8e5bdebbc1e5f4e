import type { Sections, SectionWriter } from './container.ts';
import type { EncodedPassage } from './encode-passage.ts';

/** The tokens of every sentence and the norm of every window of two. Sentence numbers run through the whole segment. */
export interface Windows {
  readonly tokens: Uint16Array;
  /** For each sentence, where its tokens begin; one more at the end. */
  readonly tokenStarts: Uint32Array;
  /** For each chunk, its first sentence; one more at the end. */
  readonly sentenceStarts: Uint32Array;
  /** For each sentence, the norm of the window that begins with it. */
  readonly norms: Float32Array;
}

export function writeWindows(sections: SectionWriter, passages: readonly EncodedPassage[]): void {
  const sentences = passages.flatMap((passage) => passage.sentences);
  const tokenStarts = new Uint32Array(sentences.length + 1);
  sentences.forEach((sentence, i) => {
    tokenStarts[i + 1] = (tokenStarts[i] as number) + sentence.length;
  });
  const tokens = new Uint16Array(tokenStarts.at(-1) ?? 0);
  sentences.forEach((sentence, i) => {
    tokens.set(sentence, tokenStarts[i]);
  });
  const sentenceStarts = new Uint32Array(passages.length + 1);
  passages.forEach((passage, i) => {
    sentenceStarts[i + 1] = (sentenceStarts[i] as number) + passage.sentences.length;
  });
  sections.add('windows.tokens', tokens);
  sections.add('windows.tokenStarts', tokenStarts);
  sections.add('windows.sentenceStarts', sentenceStarts);
  sections.add('windows.norms', Float32Array.from(passages.flatMap((passage) => passage.norms)));
}

export function readWindows(sections: Sections): Windows {
  return {
    tokens: sections.uint16('windows.tokens'),
    tokenStarts: sections.uint32('windows.tokenStarts'),
    sentenceStarts: sections.uint32('windows.sentenceStarts'),
    norms: sections.float32('windows.norms'),
  };
}

/** The sentences and norms of one chunk, as `writeWindows` was given them. */
export function windowsOf(windows: Windows, chunk: number): Pick<EncodedPassage, 'sentences' | 'norms'> {
  const first = windows.sentenceStarts[chunk] as number;
  const last = windows.sentenceStarts[chunk + 1] as number;
  const sentences: Uint32Array[] = [];
  for (let i = first; i < last; i++) {
    sentences.push(new Uint32Array(windows.tokens.subarray(windows.tokenStarts[i], windows.tokenStarts[i + 1])));
  }
  return { sentences, norms: Array.from(windows.norms.subarray(first, last)) };
}
