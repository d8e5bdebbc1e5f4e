import { z } from 'zod';
import { sentenceSpans, type TextSpan } from '../../../core/sentences.ts';
import type { Block } from '../parsers/contract.ts';
import type { ChunkDraft, Chunker, CountTokens } from './contract.ts';
import { readSections, type Section } from './sections.ts';
import { type CountedSpan, packSpans, wordSpans } from './word-spans.ts';

/** Facts 1.6: without a configuration, chunks have about 300 tokens and keep whole sentences. */
const MAX_TOKENS = 300;

/**
 * Default chunking: whole sentences, table rows and code lines, at most 300 tokens together, shared out evenly over the
 * chunks of a section. Only a sentence longer than that is cut, between words.
 */
export const defaultChunker: Chunker<unknown> = {
  name: 'DEFAULT',
  optionsSchema: z.unknown(),
  async chunk(document, _options, { countTokens }) {
    return readSections(document).flatMap((section) => chunkSection(section, countTokens));
  },
};

/** A piece of a block that stays whole. */
interface Unit {
  readonly block: Block;
  readonly span: CountedSpan;
}

function chunkSection({ blocks, ...place }: Section, countTokens: CountTokens): ChunkDraft[] {
  const units = blocks.flatMap((block) => unitsOf(block, countTokens));
  return share(units).map((group) => ({ text: textOf(group), ...place }));
}

function unitsOf(block: Block, countTokens: CountTokens): Unit[] {
  return wholeSpans(block).flatMap((span) => {
    const counted = { ...span, tokens: countTokens(block.text.slice(span.start, span.end)) };
    const spans =
      counted.tokens <= MAX_TOKENS
        ? [counted]
        : packSpans(wordSpans(block.text, span, MAX_TOKENS, countTokens), MAX_TOKENS);
    return spans.map((whole) => ({ block, span: whole }));
  });
}

function wholeSpans({ kind, text }: Block): TextSpan[] {
  if (kind === 'heading') return [{ start: 0, end: text.length }];
  return kind === 'code' || kind === 'table' ? lineSpans(text) : sentenceSpans(text);
}

function lineSpans(text: string): TextSpan[] {
  return [...text.matchAll(/[^\n]*\S[^\n]*/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Groups of consecutive units, each within the limit and about as large as the others. */
function share(units: readonly Unit[]): Unit[][] {
  const total = units.reduce((sum, { span }) => sum + span.tokens, 0);
  const goal = total / Math.ceil(total / MAX_TOKENS);
  const groups: Unit[][] = [];
  let tokens = Number.POSITIVE_INFINITY;
  for (const unit of units) {
    const isFull = tokens + unit.span.tokens > MAX_TOKENS || tokens + unit.span.tokens / 2 > goal;
    if (isFull) groups.push([]);
    tokens = (isFull ? 0 : tokens) + unit.span.tokens;
    groups.at(-1)?.push(unit);
  }
  return groups;
}

function textOf(units: readonly Unit[]): string {
  let text = '';
  let before: Unit | undefined;
  for (const unit of units) {
    const { block, span } = unit;
    if (before?.block === block) text += block.text.slice(before.span.end, span.end);
    else text += (before ? gap(before.block, block) : '') + block.text.slice(span.start, span.end);
    before = unit;
  }
  return text;
}

function gap(before: Block, after: Block): string {
  const isClose = before.kind === 'heading' || (before.kind === 'list-item' && after.kind === 'list-item');
  return isClose ? '\n' : '\n\n';
}
