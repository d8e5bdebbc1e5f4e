import { expect, test } from 'vitest';
import type { Block } from '../parsers/contract.ts';
import { cellRange } from './cell-range.ts';
import { prepareChunker } from './index.ts';

const countTokens = (text: string): number => text.match(/\w+/g)?.length ?? 0;
const rows = Array.from({ length: 30 }, (_, at) => `Site ${at} | ${at * 10} | EUR`);
const sheet: Block = {
  kind: 'table',
  text: ['Site | Budget | Currency', ...rows].join('\n'),
  table: {
    headerRows: 1,
    rowNumbers: [4, ...rows.map((_, at) => at + 6)],
    columns: ['B', 'C', 'D'],
    sheet: 'Budget',
  },
};

test.each([
  ['DEFAULT', undefined],
  [
    'FIXED_SIZE',
    {
      chunkingStrategy: 'FIXED_SIZE' as const,
      fixedSizeChunkingConfiguration: { maxTokens: 20, overlapPercentage: 30 },
    },
  ],
  [
    'HIERARCHICAL',
    {
      chunkingStrategy: 'HIERARCHICAL' as const,
      hierarchicalChunkingConfiguration: {
        levelConfigurations: [{ maxTokens: 60 }, { maxTokens: 15 }],
        overlapTokens: 2,
      },
    },
  ],
  [
    'SEMANTIC',
    {
      chunkingStrategy: 'SEMANTIC' as const,
      semanticChunkingConfiguration: { maxTokens: 15, bufferSize: 0, breakpointPercentileThreshold: 90 },
    },
  ],
])('%s writes the header into every part of a table, and its cells', async (_name, configuration) => {
  const { chunk } = prepareChunker(configuration);
  const long = { ...sheet, text: sheet.text.replaceAll('EUR', 'EUR of the second and of the third year of it') };
  const chunks = await chunk(
    { blocks: [long] },
    { countTokens: configuration ? countTokens : (t) => countTokens(t) * 3 },
  );
  expect(chunks.length).toBeGreaterThan(2);
  const seen = new Set<string>();
  for (const { text, cells, parent } of chunks) {
    const [header, ...body] = text.split('\n');
    expect(header).toBe('Site | Budget | Currency');
    if (parent) expect(parent.text.startsWith('Site | Budget | Currency\n')).toBe(true);
    const numbers = body.map((row) => Number(/^Site (\d+)/.exec(row)?.[1]));
    const top = text.startsWith(long.text.slice(0, 40)) ? 4 : (numbers[0] ?? 0) + 6;
    if (numbers.every(Number.isFinite)) expect(cells).toBe(`Budget!B${top}:D${(numbers.at(-1) ?? 0) + 6}`);
    for (const number of numbers) seen.add(String(number));
  }
  expect(rows.every((_row, at) => seen.has(String(at)))).toBe(true);
});

test('a table of cells shares no chunk with another table or text, and stands under its heading', async () => {
  const { chunk } = prepareChunker(undefined);
  const small = { ...sheet, text: 'A | B\n1 | 2', table: { ...sheet.table, headerRows: 1, rowNumbers: [1, 2] } };
  const blocks: Block[] = [
    { kind: 'heading', level: 1, text: 'Budget' },
    small,
    { ...small, table: { headerRows: 0, rowNumbers: [5, 6], columns: ['A', 'B'], sheet: "Anna's list" } },
    { kind: 'paragraph', text: 'A note.' },
  ];
  expect(await chunk({ blocks }, { countTokens })).toEqual([
    { text: 'Budget\nA | B\n1 | 2', cells: 'Budget!B1:D2', heading: 'Budget' },
    { text: 'A | B\n1 | 2', cells: "'Anna''s list'!A5:B6", heading: 'Budget' },
    { text: 'A note.', heading: 'Budget' },
  ]);
});

test('a header that would leave no room is not repeated', async () => {
  const { chunk } = prepareChunker({
    chunkingStrategy: 'FIXED_SIZE',
    fixedSizeChunkingConfiguration: { maxTokens: 8, overlapPercentage: 10 },
  });
  const text = ['one two three four five six seven', ...rows].join('\n');
  const chunks = await chunk({ blocks: [{ kind: 'table', text }] }, { countTokens });
  expect(chunks.map((one) => one.text).join('\n')).toBe(text);
});

test('cells are named as spreadsheets name them', () => {
  const shape = { headerRows: 0, rowNumbers: [1, 2], columns: ['A', 'B'] };
  expect(cellRange(shape, [0, 1])).toBe('A1:B2');
  expect(cellRange({ ...shape, sheet: 'Q1' }, [0, 0])).toBe("'Q1'!A1:B1");
  expect(cellRange({ ...shape, sheet: 'Übersicht' }, [1, 1])).toBe('Übersicht!A2:B2');
  expect(cellRange({ ...shape, columns: ['C'], sheet: 'Two words' }, [0, 0])).toBe("'Two words'!C1");
  expect(cellRange({ headerRows: 1 }, [0, 1])).toBeUndefined();
});
