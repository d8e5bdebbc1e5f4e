import { z } from 'zod';
import type { ChunkDraft, Chunker, CountTokens } from './contract.ts';
import { readSections } from './sections.ts';
import { wordSpans } from './word-spans.ts';

const optionsSchema = z.object({
  maxTokens: z.number().int().min(1).max(8192),
  overlapPercentage: z.number().int().min(1).max(99),
});

/** FIXED_SIZE: as many words as `maxTokens` allow, each chunk beginning with the last part of the one before. */
export const fixedSize: Chunker<z.infer<typeof optionsSchema>> = {
  name: 'FIXED_SIZE',
  optionsMember: 'fixedSizeChunkingConfiguration',
  optionsSchema,
  async chunk(document, { maxTokens, overlapPercentage }, { countTokens }) {
    const overlap = Math.floor((maxTokens * overlapPercentage) / 100);
    return readSections(document).flatMap((section): ChunkDraft[] => {
      const { blocks, ...place } = section;
      const text = blocks.map((block) => block.text).join('\n\n');
      return windows(text, maxTokens, overlap, countTokens).map((window) => ({ text: window, ...place }));
    });
  },
};

/** Stretches of at most `maxTokens`, each going back by at most `overlap` tokens into the one before. */
function windows(text: string, maxTokens: number, overlap: number, countTokens: CountTokens): string[] {
  const words = wordSpans(text, { start: 0, end: text.length }, maxTokens, countTokens);
  const found: string[] = [];
  let first = 0;
  while (first < words.length) {
    const next = advance(words, first, maxTokens);
    found.push(text.slice(words[first]?.start, words[next - 1]?.end));
    if (next >= words.length) break;
    first = Math.max(first + 1, retreat(words, next, overlap));
  }
  return found;
}

interface Counted {
  readonly tokens: number;
}

/** The index after the last that fits, at least one further than `first`. */
function advance(words: readonly Counted[], first: number, maxTokens: number): number {
  let index = first;
  let sum = 0;
  while (index < words.length) {
    sum += words[index]?.tokens ?? 0;
    if (sum > maxTokens && index > first) break;
    index += 1;
  }
  return index;
}

function retreat(words: readonly Counted[], next: number, overlap: number): number {
  let index = next;
  let sum = 0;
  while (index > 0) {
    sum += words[index - 1]?.tokens ?? 0;
    if (sum > overlap) break;
    index -= 1;
  }
  return index;
}
