import { highest, lowest } from './extent.ts';
import type { Fragment } from './page-content.ts';

/** A line of a column: fragments side by side. */
export interface Line {
  /** Its parts where wide gaps divide them: cells of a table row, as a rule. One part: prose. */
  readonly cells: readonly string[];
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
  readonly size: number;
  readonly isBold: boolean;
}

// In units of the letters' size.
const ASCENT = 0.8;
const DESCENT = 0.25;
const LEAST_OVERLAP = 0.5;
const WORD_GAP = 0.13;
const CELL_GAP = 1.45;
/** A smaller fragment is a superscript or subscript. */
const SMALL = 0.8;
/** Dots that lead to a page number in a table of contents, lines to write on in a form: they divide like a gap. */
const LEADER = /(?:\s*[.…_·]){5,}\s*/;
/** How many lines back a fragment that stands higher (a superscript) may belong. */
const LOOK_BACK = 3;
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

interface Row {
  readonly fragments: Fragment[];
  /** The one with the largest letters: the others stand beside it. */
  tallest: Fragment;
}

/** Joins the fragments of one column into lines, from top to bottom. */
export function joinLines(fragments: readonly Fragment[]): Line[] {
  const rows: Row[] = [];
  for (const fragment of [...fragments].sort((one, other) => one.baseline - other.baseline)) {
    const row = rows.slice(-LOOK_BACK).findLast((candidate) => isBeside(candidate.tallest, fragment));
    if (row) {
      row.fragments.push(fragment);
      if (fragment.size > row.tallest.size) row.tallest = fragment;
    } else rows.push({ fragments: [fragment], tallest: fragment });
  }
  return rows.map(lineOf).sort((one, other) => one.baseline - other.baseline);
}

function isBeside(one: Fragment, other: Fragment): boolean {
  const top = Math.max(one.baseline - ASCENT * one.size, other.baseline - ASCENT * other.size);
  const bottom = Math.min(one.baseline + DESCENT * one.size, other.baseline + DESCENT * other.size);
  const smaller = (ASCENT + DESCENT) * Math.min(one.size, other.size);
  return bottom - top >= LEAST_OVERLAP * smaller;
}

function lineOf({ fragments: row, tallest }: Row): Line {
  const { baseline, size } = tallest;
  const letters = row.reduce((sum, { text }) => sum + text.length, 0);
  const bold = row.reduce((sum, { text, isBold }) => sum + (isBold ? text.length : 0), 0);
  return {
    cells: joinMarker(cellsOf(row, size)).flatMap((cell) => cell.split(LEADER).filter((part) => part !== '')),
    left: lowest(row, (fragment) => fragment.left),
    right: highest(row, (fragment) => fragment.right),
    baseline,
    size,
    isBold: bold * 5 >= letters * 4,
  };
}

function cellsOf(row: readonly Fragment[], size: number): string[] {
  const isReversed = readsFromRight(row);
  const ordered = [...row].sort((one, other) => (isReversed ? other.right - one.right : one.left - other.left));
  const cells: string[] = [];
  let before: Fragment | undefined;
  for (const fragment of ordered) {
    const gap = before ? (isReversed ? before.left - fragment.right : fragment.left - before.right) : 0;
    if (before && gap <= CELL_GAP * size) {
      const isApart = gap > WORD_GAP * size || isMark(before, fragment, size);
      cells[cells.length - 1] += (isApart ? ' ' : '') + fragment.text;
    } else cells.push(fragment.text);
    before = fragment;
  }
  const [first = '', ...more] = cells.map((cell) => cell.replace(/\s+/g, ' ').trim());
  return [isReversed ? first : first.replace(TIGHT_NUMBER, '$1 '), ...more].map(partScripts);
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

function joinMarker(cells: readonly string[]): readonly string[] {
  const [marker, text, ...more] = cells;
  if (marker === undefined || text === undefined || !MARKER.test(marker) || /^[\d.,\s%-]+$/.test(text)) return cells;
  return [`${marker} ${text}`, ...more];
}
