import { type GridRow, isFilled, type Region } from './grid.ts';

/** Sheets are cut and cut again where a part stands beside another; more often than this, they are not tables. */
const MAX_DEPTH = 6;

/**
 * The tables of a sheet: what blank rows and blank columns divide. Rows that hold nothing are given with their numbers left
 * out, so a blank row is a step of more than one.
 */
export function findRegions(rows: readonly GridRow[], depth = 0): Region[] {
  const filled = rows.filter(({ texts }) => texts.some(isFilled));
  return bands(filled).flatMap((band) => {
    const spans = columnSpans(band);
    if (spans.length <= 1 || depth >= MAX_DEPTH) return spans.length > 0 ? [regionOf(band, spans)] : [];
    return spans.flatMap((span) => findRegions(within(band, span), depth + 1));
  });
}

type Span = readonly [left: number, right: number];

function regionOf(rows: readonly GridRow[], spans: readonly Span[]): Region {
  return { rows, left: spans[0]?.[0] ?? 0, right: spans.at(-1)?.[1] ?? 0 };
}

function bands(rows: readonly GridRow[]): GridRow[][] {
  const found: GridRow[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    if (row.number > last + 1) found.push([]);
    found.at(-1)?.push(row);
    last = row.number;
  }
  return found;
}

function columnSpans(rows: readonly GridRow[]): Span[] {
  const used: boolean[] = [];
  for (const { texts } of rows) {
    for (let column = 0; column < texts.length; column += 1) if (isFilled(texts[column])) used[column] = true;
  }
  const spans: Span[] = [];
  for (let column = 0; column < used.length; column += 1) {
    if (!used[column]) continue;
    const left = column;
    while (used[column + 1]) column += 1;
    spans.push([left, column + 1]);
  }
  return spans;
}

function within(rows: readonly GridRow[], [left, right]: Span): GridRow[] {
  // Columns keep their numbers: what lies left of the part is a hole.
  const cut = <T>(cells: readonly T[]): (T | undefined)[] => {
    const part: (T | undefined)[] = cells.slice(0, right);
    return part.fill(undefined, 0, Math.min(left, part.length));
  };
  return rows.map(({ number, texts, values }) => ({ number, texts: cut(texts), values: cut(values) }));
}
