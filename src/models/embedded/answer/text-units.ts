import { sentenceSpans } from '../../../core/sentences.ts';
import { isTableRow, splitBlocks, type TextBlock } from './text-blocks.ts';

/** The smallest piece of a passage that an answer quotes. */
export interface TextUnit {
  /** Index of the passage it stands in. */
  readonly passage: number;
  /** White space as single spaces, list marks and quotation levels taken off. */
  readonly text: string;
  readonly kind: 'sentence' | 'heading' | 'item' | 'row' | 'question';
  /** Index of the heading, or question, that it stands under. */
  readonly heading?: number;
  /** Index of the sentence that leads in its list, or of its table's first row. */
  readonly leadIn?: number;
}

const MARK = /^(?:[#>\s]+|(?:[QA]|Question|Answer):\s+|(?:[•‣▪◦●○■□·*–—o-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+)+/u;
const INLINE_BULLET = /\s[•‣▪●○■]\s/u;
// A line of a table of contents.
const LEADERS = /\.{5,}|(?:\. ){5,}|_{5,}/;
const MAX_UNIT_CHARACTERS = 1200;
const CUT_CHARACTERS = 500;

/** @returns the units of all passages, in order */
export function unitsOf(passages: readonly { readonly text: string }[]): TextUnit[] {
  const units: TextUnit[] = [];
  for (const [passage, { text }] of passages.entries()) appendPassage(units, passage, text);
  return units;
}

function appendPassage(units: TextUnit[], passage: number, text: string): void {
  let heading: number | undefined;
  let leadIn: number | undefined;
  for (const block of splitBlocks(text)) {
    const before = units.at(-1)?.passage === passage ? units.at(-1) : undefined;
    // What follows a colon is its value, however short.
    const blockKind = block.kind === 'heading' && endsOpen(before) ? 'sentence' : block.kind;
    const first = units.length;
    if (blockKind === 'heading' || !goesOn(blockKind, before)) leadIn = undefined;
    for (const piece of piecesOf(block)) {
      const kind = blockKind !== 'row' && piece.endsWith('?') ? 'question' : blockKind;
      const governs = kind === 'heading' || kind === 'question';
      const own = units.length > first && blockKind === 'item' ? first : leadIn;
      units.push({
        passage,
        text: piece,
        kind,
        ...(heading !== undefined && kind !== 'heading' && { heading }),
        ...(own !== undefined && !governs && { leadIn: own }),
      });
      if (governs) heading = units.length - 1;
      else if (piece.endsWith(':')) leadIn = units.length - 1;
    }
    if (blockKind === 'row' && isTableRow(block.text)) leadIn ??= first;
  }
}

/** Whether a block of a kind still belongs to what led in the block before it. */
function goesOn(kind: TextUnit['kind'], before: TextUnit | undefined): boolean {
  return before !== undefined && (endsOpen(before) || (kind === before.kind && kind !== 'sentence'));
}

/** A sentence that ends with a colon leads in what follows. */
function endsOpen(unit: TextUnit | undefined): boolean {
  return unit?.text.endsWith(':') === true;
}

function piecesOf(block: TextBlock): string[] {
  const text = block.text.replace(/\s+/g, ' ').trim();
  if (block.kind === 'heading' || block.kind === 'row') return cutLong(text.replace(MARK, '')).filter(isQuotable);
  return text
    .split(INLINE_BULLET)
    .flatMap((part) => sentenceSpans(part).map(({ start, end }) => part.slice(start, end)))
    .flatMap(cutLong)
    .map((piece) => piece.replace(MARK, ''))
    .filter(isQuotable);
}

function isQuotable(piece: string): boolean {
  return /[\p{L}\p{N}]/u.test(piece) && !LEADERS.test(piece);
}

/** A run-on without full stops (a table printed as prose) is cut where a part may end, or else at a space. */
function cutLong(piece: string): string[] {
  const parts: string[] = [];
  let rest = piece;
  while (rest.length > MAX_UNIT_CHARACTERS) {
    const head = rest.slice(0, CUT_CHARACTERS);
    const at = Math.max(head.lastIndexOf('; ') + 1, 0) || Math.max(head.lastIndexOf(' '), 0) || CUT_CHARACTERS;
    parts.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return [...parts, rest];
}
