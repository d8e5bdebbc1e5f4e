import type { Fragment } from './page-content.ts';

export interface Span {
  readonly left: number;
  readonly right: number;
}

/** A part of a line between wide gaps: a cell of a table row, as a rule. */
export interface Cell extends Span {
  readonly text: string;
}

// In units of the letters' size.
const WORD_GAP = 0.13;
const CELL_GAP = 1.45;
/** A smaller fragment is a superscript or subscript. */
const SMALL = 0.8;
/** Dots that lead to a page number in a table of contents, lines to write on in a form: they divide like a gap. */
const LEADER = /(?:\s*[.…_·]){5,}\s*/;
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/gu;
const LETTER = /\p{L}/gu;
/** What stands apart before a text without being a cell: bullets, outline numbers, `(a)`. */
const MARKER = /^(?:[•‣▪▫◦●○■□◆➢➤✓·*–—-]|\(?[\p{L}\d]{1,3}[.)]|\(?\d{1,3}(?:\.\d{1,3}){1,5}\.?\)?|\d{1,3})$/u;
/** A tab after an outline number may end just where the number does. */
const TIGHT_NUMBER = /^(\d{1,2}(?:\.\d{1,3}){1,5}\.?)(?=\p{Lu}\p{L})/u;
/** The space between Arabic and Latin words is lost on one side where PDFium turns their order. */
const LATIN_IN_ARABIC = /(\p{Script=Arabic}) (\p{Script=Latin}+)(?=\p{Script=Arabic})/gu;
/** Lam and alef of one glyph, in the wrong order: no word has two alefs side by side. */
const ALEF_LAM = /\u0627([\u0622\u0623\u0625])\u0644/g;

/** The fragments of a line, in reading order, as its cells. @param size of the line's letters */
export function cellsOf(row: readonly Fragment[], size: number): Cell[] {
  const isReversed = readsFromRight(row);
  const cells = joinFragments(row, size, isReversed).map((cell) => ({
    ...cell,
    text: partScripts(cell.text.replace(/\s+/g, ' ').trim()),
  }));
  const [first, ...more] = joinMarker(cells).flatMap(splitAtLeader);
  if (!first) return [];
  return [isReversed ? first : { ...first, text: first.text.replace(TIGHT_NUMBER, '$1 ') }, ...more];
}

function joinFragments(row: readonly Fragment[], size: number, isReversed: boolean): Cell[] {
  const ordered = [...row].sort((one, other) => (isReversed ? other.right - one.right : one.left - other.left));
  const cells: { text: string; left: number; right: number }[] = [];
  let before: Fragment | undefined;
  for (const fragment of ordered) {
    const gap = before ? (isReversed ? before.left - fragment.right : fragment.left - before.right) : 0;
    const cell = cells.at(-1);
    if (before && cell && gap <= CELL_GAP * size) {
      const isApart = gap > WORD_GAP * size || isMark(before, fragment, size);
      cell.text += (isApart ? ' ' : '') + fragment.text;
      cell.left = Math.min(cell.left, fragment.left);
      cell.right = Math.max(cell.right, fragment.right);
    } else cells.push({ text: fragment.text, left: fragment.left, right: fragment.right });
    before = fragment;
  }
  return cells;
}

/** Where the parts stand is told by how many characters they have. */
function splitAtLeader(cell: Cell): Cell[] {
  const { text, left, right } = cell;
  const parts = text.split(LEADER).filter((part) => part !== '');
  if (parts.length < 2) return parts.map((part) => ({ ...cell, text: part }));
  const width = (right - left) / text.length;
  let from = 0;
  return parts.map((part) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    return { text: part, left: left + at * width, right: left + from * width };
  });
}

function joinMarker(cells: readonly Cell[]): readonly Cell[] {
  const [marker, text, ...more] = cells;
  if (!marker || !text || !MARKER.test(marker.text) || /^[\d.,\s%-]+$/.test(text.text)) return cells;
  return [{ ...text, text: `${marker.text} ${text.text}`, left: Math.min(marker.left, text.left) }, ...more];
}

function partScripts(text: string): string {
  return text.replace(LATIN_IN_ARABIC, '$1 $2 ').replace(ALEF_LAM, '\u0627\u0644$1');
}

/** A raised mark after a word refers to a note (`dose²`, `dose a`); after a letter or two it is part of it (`m²`, `CO₂`). */
function isMark(before: Fragment, fragment: Fragment, size: number): boolean {
  return fragment.size < SMALL * size && before.size >= SMALL * size && /\p{L}{3}$/u.test(before.text);
}

function readsFromRight(row: readonly Fragment[]): boolean {
  const text = row.map((fragment) => fragment.text).join('');
  return (text.match(RIGHT_TO_LEFT)?.length ?? 0) * 2 > (text.match(LETTER)?.length ?? 0);
}
