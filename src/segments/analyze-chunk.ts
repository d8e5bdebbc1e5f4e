import { LoamError } from '../core/errors.ts';
import type { Kernel } from '../kernel/index.ts';
import { type Analyzer, createAnalyzer } from './analyzer.ts';
import type { Chunk, Encoder } from './contract.ts';
import { createPassageEncoder, type EncodedPassage } from './encode-passage.ts';

/** A chunk with all that a segment keeps of it. What a merge reads back from a segment is equal to what made it. */
export interface AnalyzedChunk extends EncodedPassage {
  readonly chunk: Omit<Chunk, 'vector'>;
  /** The terms of title and text, in their order. */
  readonly body: readonly string[];
  readonly title: readonly string[];
}

export type ChunkAnalyzer = (chunk: Chunk) => AnalyzedChunk;

export function createChunkAnalyzer(encoder: Encoder, kernel: Kernel): ChunkAnalyzer {
  const analyzer = createAnalyzer();
  const encode = createPassageEncoder(encoder, kernel);
  return (given) => {
    const { vector: _, ...chunk } = given;
    checkMetadata(chunk);
    const text = searchedText(chunk);
    return { chunk, body: analyzer.terms(text), title: titleTerms(analyzer, chunk), ...encode(given, text) };
  };
}

export function titleTerms(analyzer: Analyzer, chunk: Pick<Chunk, 'title'>): string[] {
  return chunk.title === undefined ? [] : analyzer.terms(chunk.title);
}

/** The title counts as the first sentence of the text, unless the text repeats it there. */
function searchedText({ title, text }: Pick<Chunk, 'title' | 'text'>): string {
  const heading = title?.trim() ?? '';
  const body = text.trim();
  if (heading === '' || body.startsWith(heading)) return body;
  return `${heading}${heading.endsWith('.') ? '' : '.'} ${body}`;
}

function checkMetadata(chunk: Omit<Chunk, 'vector'>): void {
  for (const [key, value] of Object.entries(chunk.metadata)) {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new LoamError('parameter-invalid', {
        parameter: `The metadata ${key} of chunk ${chunk.id}`,
        problem: `is ${value}`,
        allowed: 'finite numbers, strings, booleans and lists of strings',
      });
    }
  }
}
