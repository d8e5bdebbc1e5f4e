import { sentenceSpans, type TextSpan } from '../../../core/sentences.ts';
import type { Block } from '../parsers/contract.ts';
import type { CountTokens } from './contract.ts';
import { repeatedHeader, type TableHeader } from './table-header.ts';
import { type CountedSpan, packSpans, wordSpans } from './word-spans.ts';

/** A piece of a block that stays whole: a sentence, a table row, a line of code, a list item, or a word. */
export interface Unit extends CountedSpan {
  readonly block: Block;
  /** Of a table: which of its lines it is, or is a part of, from 0. */
  readonly line?: number;
  /** Of a table's row: the header to be written above it when it opens a chunk. */
  readonly header?: TableHeader;
}

export interface Division {
  /** No unit has more, its repeated header included. */
  readonly maxTokens: number;
  readonly countTokens: CountTokens;
  /** What running text is divided into. */
  readonly prose: 'sentences' | 'words';
}

/**
 * The units of blocks, in order; made as they are asked for. Rows, lines of code and list items stay whole unless one alone
 * has more than `maxTokens`; sentences too, where prose is divided into them.
 */
export function* unitsOf(blocks: readonly Block[], division: Division): Generator<Unit> {
  for (const block of blocks) {
    if (block.kind === 'table') yield* rowsOf(block, division);
    else for (const { start, end, tokens } of spansOf(block, division)) yield { start, end, tokens, block };
  }
}

function* spansOf(block: Block, division: Division): Generator<CountedSpan> {
  const { kind, text } = block;
  const isDivided = kind === 'paragraph' && division.prose === 'words';
  if (isDivided) yield* wordsOf(text, { start: 0, end: text.length }, division);
  else for (const span of wholeSpans(block)) yield* cut(text, span, division);
}

function wholeSpans({ kind, text }: Block): TextSpan[] {
  if (kind === 'code' || kind === 'list-item') return lineSpans(text);
  return kind === 'heading' ? [{ start: 0, end: text.length }] : sentenceSpans(text);
}

/** The lines that hold something. */
function lineSpans(text: string): TextSpan[] {
  return Array.from(text.matchAll(/[^\n]*\S[^\n]*/g), ({ index, 0: line }) => ({
    start: index,
    end: index + line.length,
  }));
}

/** The span as it is, or its sentences, or, of a sentence that is too long, as many words together as fit. */
function cut(text: string, span: TextSpan, division: Division): CountedSpan[] {
  const tokens = division.countTokens(text.slice(span.start, span.end));
  if (tokens <= division.maxTokens) return [{ ...span, tokens }];
  const sentences = sentenceSpans(text.slice(span.start, span.end));
  if (sentences.length < 2) return packSpans(wordsOf(text, span, division), division.maxTokens);
  return sentences.flatMap(({ start, end }) =>
    cut(text, { start: span.start + start, end: span.start + end }, division),
  );
}

function wordsOf(text: string, span: TextSpan, { maxTokens, countTokens }: Division): Generator<CountedSpan> {
  return wordSpans(text, span, maxTokens, countTokens);
}

function* rowsOf(block: Block, division: Division): Generator<Unit> {
  const header = repeatedHeader(block, division);
  for (const [line, span] of lineSpans(block.text).entries()) {
    const isBelow = header !== undefined && span.start >= header.end;
    const maxTokens = division.maxTokens - (isBelow ? header.tokens : 0);
    for (const part of cut(block.text, span, { ...division, maxTokens })) {
      yield { ...part, block, line, ...(isBelow && { header }) };
    }
  }
}
