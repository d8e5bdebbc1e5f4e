import type { Span } from './cells.ts';
import type { Line } from './lines.ts';

/** A narrower distance of lines than this share of the usual one of rows is that of lines within a cell. */
const WITHIN_ROW = 0.85;
const LEAST_LINES = 2;

/**
 * The rows of a table whose lines stand below each other: cells in their columns, empty ones too, and the further lines of a
 * cell with its first. Where the lines do not agree on columns, each is a row as it stands.
 */
export function rowsOfTable(lines: readonly Line[]): string[] {
  const columns = columnsOf(lines);
  if (!columns) return lines.map(({ cells }) => cells.join(' | '));
  const placed = lines.map((line) => placeCells(line, columns));
  return joinRows(lines, placed).map((row) => row.join(' | ').trimEnd());
}

/** Where the columns lie, from left to right, if the lines with the usual number of cells leave gaps between as many. */
function columnsOf(lines: readonly Line[]): Span[] | undefined {
  const counts = lines.map(({ cells }) => cells.length).filter((count) => count > 1);
  const usual = mostFrequent(counts);
  const anchors = lines.filter(({ cells }) => cells.length === usual);
  if (anchors.length < LEAST_LINES || anchors.some(({ spans }) => isReversed(spans))) return undefined;
  const columns: { left: number; right: number }[] = [];
  for (const span of anchors.flatMap(({ spans }) => spans).toSorted((one, other) => one.left - other.left)) {
    const last = columns.at(-1);
    if (last && span.left <= last.right) last.right = Math.max(last.right, span.right);
    else columns.push({ ...span });
  }
  return columns.length === usual ? columns : undefined;
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [best] = [...counts].sort((one, other) => other[1] - one[1] || other[0] - one[0]);
  return best?.[0] ?? 0;
}

function isReversed(spans: readonly Span[]): boolean {
  return spans.some(({ left }, index) => left < (spans[index - 1]?.left ?? left));
}

function placeCells({ cells, spans }: Line, columns: readonly Span[]): string[] {
  const row = columns.map(() => '');
  cells.forEach((cell, index) => {
    const span = spans[index];
    const at = span ? columnOf(span, columns) : 0;
    row[at] = row[at] ? `${row[at]} ${cell}` : cell;
  });
  return row;
}

/** The first column that a cell reaches into; of one between columns, the nearest. */
function columnOf(span: Span, columns: readonly Span[]): number {
  const overlapped = columns.findIndex(({ left, right }) => span.left <= right && span.right >= left);
  if (overlapped >= 0) return overlapped;
  const distances = columns.map(({ left, right }) => Math.max(left - span.right, span.left - right));
  return distances.indexOf(Math.min(...distances));
}

function joinRows(lines: readonly Line[], placed: readonly string[][]): string[][] {
  const pitch = rowPitch(lines, placed);
  const rows: string[][] = [];
  placed.forEach((cells, index) => {
    const [line, before, row] = [lines[index], lines[index - 1], rows.at(-1)];
    const isWithin = cells[0] === '' && line && before && line.baseline - before.baseline < WITHIN_ROW * pitch;
    if (!row || !isWithin) rows.push([...cells]);
    else
      cells.forEach((cell, column) => {
        row[column] = [row[column], cell].filter((part) => part !== '').join(' ');
      });
  });
  return rows;
}

/** The usual distance from a line that begins a row to the next one. */
function rowPitch(lines: readonly Line[], placed: readonly string[][]): number {
  const starts = lines.filter((_line, index) => placed[index]?.[0] !== '').map(({ baseline }) => baseline);
  const pitches = starts.slice(1).map((start, index) => start - (starts[index] ?? start));
  return pitches.toSorted((one, other) => one - other)[Math.floor(pitches.length / 2)] ?? 0;
}
