import { highest, lowest } from './extent.ts';
import type { Fragment } from './page-content.ts';

const BIN = 2;
/** PDF's own limit for a page (ISO 32000-1, annex C), in points: what is wider is no honest page. */
const WIDEST = 14_400;
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
/** A wider distance of baselines, in units of the letters' size, may divide bands of different columns. */
const WIDE_PITCH = 1.7;

/**
 * Divides the fragments of a page into columns of prose, in reading order. What spans several columns divides them into
 * bands, read one after another. The columns of tables are left together, so that rows stay rows.
 *
 * After the recursive X-Y cut (Nagy, Seth, 1984), with cuts only where both sides look like prose.
 */
export function divideColumns(fragments: readonly Fragment[], deep = 0): Fragment[][] {
  if (fragments.length === 0) return [];
  const gutter = deep < MAX_COLUMNS_DEEP ? findGutter(fragments) : undefined;
  if (gutter === undefined) return deep < MAX_COLUMNS_DEEP ? divideBands(fragments, deep) : [[...fragments]];
  return bandsOf(fragments, gutter).flatMap((band) => {
    if (band.some((fragment) => crosses(fragment, gutter))) return [band];
    const left = band.filter((fragment) => fragment.right <= gutter);
    const right = band.filter((fragment) => fragment.right > gutter);
    return [...divideColumns(left, deep + 1), ...divideColumns(right, deep + 1)];
  });
}

/** Where the page as a whole has no gutter, a part of it between two gaps may: below a wide figure, say. */
function divideBands(fragments: readonly Fragment[], deep: number): Fragment[][] {
  const groups: Fragment[][] = [];
  let undivided: Fragment[] = [];
  const settle = (): void => {
    if (undivided.length > 0) groups.push(undivided);
    undivided = [];
  };
  for (const band of splitAtGaps(fragments)) {
    if (findGutter(band) === undefined) undivided.push(...band);
    else {
      settle();
      groups.push(...divideColumns(band, deep + 1));
    }
  }
  settle();
  return groups;
}

/** Runs of fragments, from top to bottom, with more than the usual distance between them. */
function splitAtGaps(fragments: readonly Fragment[]): Fragment[][] {
  const sorted = [...fragments].sort((one, other) => one.baseline - other.baseline);
  const bands: Fragment[][] = [];
  let before: Fragment | undefined;
  for (const fragment of sorted) {
    const isApart = !before || fragment.baseline - before.baseline > WIDE_PITCH * Math.max(fragment.size, before.size);
    if (isApart) bands.push([]);
    bands.at(-1)?.push(fragment);
    before = fragment;
  }
  return bands;
}

function crosses(fragment: Fragment, x: number): boolean {
  return fragment.left < x && fragment.right > x;
}

/** Runs of fragments, from top to bottom, that cross the gutter or do not. */
function bandsOf(fragments: readonly Fragment[], gutter: number): Fragment[][] {
  const sorted = [...fragments].sort((one, other) => one.baseline - other.baseline);
  const crossing = sorted.filter((fragment) => crosses(fragment, gutter)).map((fragment) => fragment.baseline);
  const bands: Fragment[][] = [];
  let before: boolean | undefined;
  let next = 0;
  for (const fragment of sorted) {
    while (next < crossing.length && (crossing[next] ?? 0) <= fragment.baseline - fragment.size / 2) next += 1;
    const isCrossing = Math.abs((crossing[next] ?? Number.NaN) - fragment.baseline) < fragment.size / 2;
    if (isCrossing !== before) bands.push([]);
    bands.at(-1)?.push(fragment);
    before = isCrossing;
  }
  return bands;
}

/** Where a gutter between two columns of prose runs, if there is one. */
function findGutter(fragments: readonly Fragment[]): number | undefined {
  if (fragments.length < 2 * LEAST_LINES) return undefined;
  const left = lowest(fragments, (fragment) => fragment.left);
  const right = highest(fragments, (fragment) => fragment.right);
  if (!(right - left <= WIDEST)) return undefined;
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
  const left = lowest(rows, (row) => row.left);
  const right = highest(rows, (row) => row.right);
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
