import { cellsOf, type Span } from './cells.ts';
import { highest, lowest } from './extent.ts';
import type { Fragment } from './page-content.ts';

/** A line of a column: fragments side by side. */
export interface Line {
  /** Its parts where wide gaps divide them: cells of a table row, as a rule. One part: prose. */
  readonly cells: readonly string[];
  /** Where they stand. */
  readonly spans: readonly Span[];
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
/** How many lines back a fragment that stands higher (a superscript) may belong. */
const LOOK_BACK = 3;

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
  const cells = cellsOf(row, size);
  const letters = row.reduce((sum, { text }) => sum + text.length, 0);
  const bold = row.reduce((sum, { text, isBold }) => sum + (isBold ? text.length : 0), 0);
  return {
    cells: cells.map(({ text }) => text),
    spans: cells,
    left: lowest(row, (fragment) => fragment.left),
    right: highest(row, (fragment) => fragment.right),
    baseline,
    size,
    isBold: bold * 5 >= letters * 4,
  };
}
