import type { Fragment } from './page-content.ts';

const BIN = 2;
/** The share of a region's width at either side where no gutter is looked for. */
const MARGIN = 0.15;
const LEAST_GUTTER = 7;
/** How many of a region's lines may cross a gutter: titles, figures' captions, footers. */
const CROSSING = 0.2;
const LEAST_LINES = 5;
/** Prose fills its column: the lines of a table's column do not. */
const LEAST_FILL = 0.6;
const LEAST_CHARACTERS = 14;
const MAX_COLUMNS_DEEP = 4;

/**
 * Divides the fragments of a page into columns of prose, in reading order. What spans several columns divides them into
 * bands, read one after another. The columns of tables are left together, so that rows stay rows.
 *
 * After the recursive X-Y cut (Nagy, Seth, 1984), with cuts only where both sides look like prose.
 */
export function divideColumns(fragments: readonly Fragment[], deep = 0): Fragment[][] {
  const gutter = deep < MAX_COLUMNS_DEEP ? findGutter(fragments) : undefined;
  if (gutter === undefined) return fragments.length > 0 ? [[...fragments]] : [];
  return bandsOf(fragments, gutter).flatMap((band) => {
    if (band.some((fragment) => crosses(fragment, gutter))) return [band];
    const left = band.filter((fragment) => fragment.right <= gutter);
    const right = band.filter((fragment) => fragment.right > gutter);
    return [...divideColumns(left, deep + 1), ...divideColumns(right, deep + 1)];
  });
}

function crosses(fragment: Fragment, x: number): boolean {
  return fragment.left < x && fragment.right > x;
}

/** Runs of fragments, from top to bottom, that cross the gutter or do not. */
function bandsOf(fragments: readonly Fragment[], gutter: number): Fragment[][] {
  const crossing = fragments.filter((fragment) => crosses(fragment, gutter));
  const isInCrossingLine = (fragment: Fragment): boolean =>
    crossing.some((other) => Math.abs(other.baseline - fragment.baseline) < fragment.size / 2);
  const bands: Fragment[][] = [];
  let before: boolean | undefined;
  for (const fragment of [...fragments].sort((one, other) => one.baseline - other.baseline)) {
    const isCrossing = isInCrossingLine(fragment);
    if (isCrossing !== before) bands.push([]);
    bands.at(-1)?.push(fragment);
    before = isCrossing;
  }
  return bands;
}

/** Where a gutter between two columns of prose runs, if there is one. */
function findGutter(fragments: readonly Fragment[]): number | undefined {
  if (fragments.length < 2 * LEAST_LINES) return undefined;
  const left = Math.min(...fragments.map((fragment) => fragment.left));
  const right = Math.max(...fragments.map((fragment) => fragment.right));
  const covered = coverage(fragments, left, right);
  const allowed = CROSSING * countLines(fragments);
  const margin = Math.round((MARGIN * (right - left)) / BIN);
  const gaps = runsBelow(covered, allowed, margin).sort((one, other) => other.length - one.length);
  return gaps
    .filter(({ length }) => length * BIN >= LEAST_GUTTER)
    .map(({ from, length }) => left + (from + length / 2) * BIN)
    .find((x) => isBetweenProse(fragments, x));
}

function coverage(fragments: readonly Fragment[], left: number, right: number): number[] {
  const bins = new Array<number>(Math.ceil((right - left) / BIN) + 1).fill(0);
  for (const fragment of fragments) {
    const last = Math.floor((fragment.right - left) / BIN);
    for (let bin = Math.floor((fragment.left - left) / BIN); bin <= last; bin += 1) bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

interface Run {
  readonly from: number;
  readonly length: number;
}

function runsBelow(counts: readonly number[], allowed: number, margin: number): Run[] {
  const runs: Run[] = [];
  let from = -1;
  for (let bin = margin; bin <= counts.length - margin; bin += 1) {
    const isLow = bin < counts.length - margin && (counts[bin] ?? 0) <= allowed;
    if (isLow && from < 0) from = bin;
    if (!isLow && from >= 0) {
      runs.push({ from, length: bin - from });
      from = -1;
    }
  }
  return runs;
}

function isBetweenProse(fragments: readonly Fragment[], x: number): boolean {
  const beside = fragments.filter((fragment) => !crosses(fragment, x));
  return (
    isProse(beside.filter((fragment) => fragment.right <= x)) &&
    isProse(beside.filter((fragment) => fragment.right > x))
  );
}

function isProse(column: readonly Fragment[]): boolean {
  const rows = rowsOf(column);
  if (rows.length < LEAST_LINES) return false;
  const left = Math.min(...rows.map((row) => row.left));
  const right = Math.max(...rows.map((row) => row.right));
  const fill = median(rows.map((row) => (row.right - row.left) / (right - left)));
  return fill >= LEAST_FILL && median(rows.map((row) => row.characters)) >= LEAST_CHARACTERS;
}

interface Row {
  left: number;
  right: number;
  characters: number;
}

/** Fragments of about the same baseline as one, their gaps left out of account. */
function rowsOf(column: readonly Fragment[]): Row[] {
  const rows = new Map<number, Row>();
  for (const { left, right, baseline, text } of column) {
    const key = Math.round(baseline / 3);
    const row = rows.get(key) ?? rows.get(key - 1) ?? { left, right, characters: 0 };
    row.left = Math.min(row.left, left);
    row.right = Math.max(row.right, right);
    row.characters += text.length;
    rows.set(key, row);
  }
  return [...new Set(rows.values())];
}

function countLines(fragments: readonly Fragment[]): number {
  return rowsOf(fragments).length;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
