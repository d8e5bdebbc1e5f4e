import { describe, expect, it } from 'vitest';
import { csv } from '../parsers/csv.ts';
import { collectTables } from './collect-tables.ts';
import { readColumn } from './column-cells.ts';
import { openTableFile } from './table-file.ts';

async function tablesOf(text: string, leftOut: readonly string[] = []) {
  const { blocks } = await csv.parse(Buffer.from(text), { name: 'a.csv' });
  return collectTables(blocks, leftOut);
}

describe('the columns of a table', () => {
  it.each([
    ['number', ['1,234.50', '-3', '$2', 'NA'], [1234.5, -3, 2, null]],
    ['number', ['1.234,50', '3,5'], [1234.5, 3.5]],
    ['number', ['1,234', '2,500'], [1234, 2500]],
    ['number', ['45%', '(3%)'], [0.45, -0.03]],
    ['number', [1, 2.5, null], [1, 2.5, null]],
    ['number', ['1.5e3', '2e-2'], [1500, 0.02]],
    ['text', ['00123', '00456'], ['00123', '00456']],
    ['text', ['a', '2'], ['a', '2']],
    ['boolean', ['TRUE', 'no', ''], [true, false, null]],
    ['date', ['03/04/2026', '25/12/2025'], ['2026-04-03', '2025-12-25']],
    ['date', ['03/04/2026', '12/25/2025'], ['2026-03-04', '2025-12-25']],
    ['date', ['3.4.2026', '1.2.26'], ['2026-04-03', '2026-02-01']],
    ['date', ['9 Mar 2026', 'March 10, 2026'], ['2026-03-09', '2026-03-10']],
    ['moment', ['2026-03-09 14:30:00', '2026-03-10'], ['2026-03-09T14:30:00', '2026-03-10T00:00:00']],
  ])('are read as %s: %j', (type, values, cells) => {
    expect(readColumn(values)).toEqual({ type, cells });
  });
});

describe('collectTables', () => {
  it('describes tables and keeps their cells, without totals', async () => {
    const tables = await tablesOf('Item,Cost,When\nRent,$10,2026-01-01\nLight,$2,2026-02-01\nTotal,$12,\n');
    expect(tables?.descriptions).toEqual([
      {
        ordinal: 0,
        columns: [
          { name: 'Item', letter: 'A', type: 'text', values: ['Rent', 'Light'], unique: true },
          { name: 'Cost', letter: 'B', type: 'number', unit: '$', unique: true },
          { name: 'When', letter: 'C', type: 'date', unique: true },
        ],
        rows: 2,
        headerRow: 1,
        firstRow: 2,
        lastRow: 3,
      },
    ]);
    const [table] = openTableFile(tables?.bytes ?? new Uint8Array());
    expect(table?.header).toEqual(['Item | Cost | When']);
    expect(table?.rowNumbers()).toEqual([2, 3]);
    expect(table?.lines()[1]).toBe('Light | $2 | 2026-02-01');
    expect(table?.cells(1)).toEqual([10, 2]);
  });

  it('leaves out columns that nobody may ask for, in lines as well', async () => {
    const tables = await tablesOf('Name,Salary\nAnna,5\nBeat,6\n', ['Salary']);
    expect(tables?.descriptions[0]?.columns.map(({ name }) => name)).toEqual(['Name']);
    expect(openTableFile(tables?.bytes ?? new Uint8Array())[0]?.lines()).toEqual(['', '']);
  });

  it('finds nothing to ask in texts, in one row, and in what has no header', async () => {
    expect(collectTables([{ kind: 'paragraph', text: 'x' }])).toBeUndefined();
    expect(await tablesOf('a,b\n1,2\n')).toBeUndefined();
    expect(await tablesOf('1,2\n3,4\n5,6\n')).toBeUndefined();
  });
});
