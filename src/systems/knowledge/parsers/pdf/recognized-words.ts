import type { Fragment } from './page-content.ts';

/** The columns of Tesseract's table of what it has found (`tesseract … tsv`), one line a word. */
const COLUMN = {
  level: 0,
  block: 2,
  paragraph: 3,
  line: 4,
  left: 6,
  top: 7,
  width: 8,
  height: 9,
  confidence: 10,
  text: 11,
};
const LINE_LEVEL = '4';
const WORD_LEVEL = '5';
/** Words that it is less sure of, in per cent, are specks and pictures as a rule. */
const LEAST_SURE = 30;
/** Of the height of a line, what stands above its baseline; the height of a line is a little more than its letters' size. */
const ABOVE = 0.78;
const LETTERS = 0.85;
/** Lines that differ less from the usual height have letters of the usual size. */
const OTHER_SIZE = 1.35;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The words of a recognised page as fragments. @param scale points a pixel */
export function fragmentsOfWords(table: string, scale: number): Fragment[] {
  const rows = table.split('\n').map((row) => row.split('\t'));
  const lines = new Map<string, Box>();
  for (const row of rows) if (row[COLUMN.level] === LINE_LEVEL) lines.set(lineKey(row), boxOf(row));
  const usual = median([...lines.values()].map(({ height }) => height));
  return rows.flatMap((row) => {
    const text = row[COLUMN.text]?.trim() ?? '';
    const line = lines.get(lineKey(row));
    if (row[COLUMN.level] !== WORD_LEVEL || !line || text === '' || Number(row[COLUMN.confidence]) < LEAST_SURE)
      return [];
    const { left, width } = boxOf(row);
    const height = line.height > OTHER_SIZE * usual ? line.height : usual;
    return [
      {
        text,
        left: left * scale,
        right: (left + width) * scale,
        baseline: (line.top + ABOVE * line.height) * scale,
        size: Math.max(1, LETTERS * height * scale),
        isBold: false,
      },
    ];
  });
}

function lineKey(row: readonly string[]): string {
  return `${row[COLUMN.block]} ${row[COLUMN.paragraph]} ${row[COLUMN.line]}`;
}

function boxOf(row: readonly string[]): Box {
  const at = (column: number): number => Number(row[column] ?? 0);
  return { left: at(COLUMN.left), top: at(COLUMN.top), width: at(COLUMN.width), height: at(COLUMN.height) };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
