import { inOneLine } from '../clean-text.ts';
import type { Block } from '../contract.ts';
import { createDocumentWriter } from './document-writer.ts';
import { attribute, walkXml } from './xml-walker.ts';

/** More points than a chart can show; their numbers come from the file, as holes. */
const MAX_POINTS = 4096;

interface Series {
  name: string;
  readonly categories: string[];
  readonly values: string[];
}

type Axis = 'name' | 'categories' | 'values';

const AXES: Readonly<Record<string, Axis>> = {
  tx: 'name',
  cat: 'categories',
  xVal: 'categories',
  val: 'values',
  yVal: 'values',
};

/** A chart as its titles and a table of what it shows: a line a category, a column a series (ECMA-376-1, 21.2). */
export function readChart(pieces: Iterable<Uint8Array> | undefined): Block[] {
  const writer = createDocumentWriter();
  const series: Series[] = [];
  let axis: Axis | undefined;
  let point = 0;
  let value: string | undefined;
  let texts = 0;
  const current = (): Series | undefined => series.at(-1);
  const openAxis = (_attributes: unknown, name: string): void => {
    if (inSeries) axis = AXES[name];
  };
  const closeAxis = (): void => {
    axis = undefined;
  };
  let inSeries = false;
  walkXml(pieces ?? [], {
    skip: new Set(['Fallback', 'f', 'formatCode']),
    open: {
      ser() {
        inSeries = true;
        series.push({ name: '', categories: [], values: [] });
      },
      ...Object.fromEntries(Object.keys(AXES).map((name) => [name, openAxis])),
      pt(attributes) {
        point = Number(attribute(attributes, 'idx'));
      },
      v() {
        value = '';
      },
      p: () => writer.openParagraph(),
      t() {
        texts += 1;
      },
    },
    close: {
      ser() {
        inSeries = false;
      },
      ...Object.fromEntries(Object.keys(AXES).map((name) => [name, closeAxis])),
      v() {
        if (axis && value !== undefined) setPoint(current(), axis, point, inOneLine(value));
        value = undefined;
      },
      p: () => writer.closeParagraph(),
      t() {
        texts -= 1;
      },
    },
    text(text) {
      if (value !== undefined) value += text;
      else if (texts > 0) writer.write(text);
    },
  });
  writeTable(writer, series);
  return writer.finish();
}

function setPoint(series: Series | undefined, axis: Axis, point: number, value: string): void {
  if (!series || !Number.isInteger(point) || point < 0 || point >= MAX_POINTS) return;
  if (axis === 'name') series.name = inOneLine(`${series.name} ${value}`);
  else series[axis][point] = value;
}

function writeTable(writer: ReturnType<typeof createDocumentWriter>, series: readonly Series[]): void {
  const categories = series.find((one) => one.categories.length > 0)?.categories ?? [];
  const points = Math.max(0, ...series.map(({ values }) => values.length));
  const row = (cells: readonly string[]): void => {
    writer.openRow();
    for (const cell of cells) {
      writer.openCell();
      writer.write(cell);
      writer.closeCell();
    }
  };
  if (points === 0) return;
  writer.openTable();
  row(['', ...series.map(({ name }) => name)]);
  for (let point = 0; point < points; point += 1)
    row([categories[point] ?? '', ...series.map(({ values }) => values[point] ?? '')]);
  writer.closeTable();
}
