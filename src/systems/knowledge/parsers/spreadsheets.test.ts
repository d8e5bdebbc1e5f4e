import { type BookType, type CellObject, utils, type WorkBook, type WorkSheet, write } from '@e965/xlsx';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Parser } from './contract.ts';
import { ods } from './ods.ts';
import { requireWithinArchiveLimits } from './tables/within-archive-limits.ts';
import { xls } from './xls.ts';
import { xlsx } from './xlsx.ts';

const FORMATS: ReadonlyArray<readonly [BookType, Parser]> = [
  ['xlsx', xlsx],
  ['xlsb', xlsx],
  ['xls', xls],
  ['biff5', xls],
];

function bytesOf(book: WorkBook, bookType: BookType): Uint8Array {
  return Uint8Array.from(write(book, { type: 'buffer', bookType }) as Buffer);
}

function bookOf(sheets: Readonly<Record<string, WorkSheet>>): WorkBook {
  const book = utils.book_new();
  for (const [name, sheet] of Object.entries(sheets)) utils.book_append_sheet(book, sheet, name);
  return book;
}

const readSheet = async (sheet: WorkSheet) =>
  (await xlsx.parse(bytesOf(bookOf({ S: sheet }), 'xlsx'), { name: 'a' })).blocks.slice(1);

describe.each(FORMATS)('spreadsheets as %s', (bookType, parser) => {
  it('keep sheets, values as shown and what cells hold', async () => {
    const sheet = utils.aoa_to_sheet([
      ['Site', 'Patients', 'Share', 'Since', 'Open'],
      ['Basel', 31, 0.455, 45000, true],
      ['Bern', 1200, 0.545, 45001, false],
    ]);
    for (const row of [2, 3]) {
      Object.assign(sheet[`B${row}`] as CellObject, { z: '#,##0' });
      Object.assign(sheet[`C${row}`] as CellObject, { z: '0%' });
      Object.assign(sheet[`D${row}`] as CellObject, { z: 'yyyy-mm-dd' });
    }
    const { blocks } = await parser.parse(bytesOf(bookOf({ Sites: sheet }), bookType), { name: 'a' });
    expect(blocks[0]).toEqual({ kind: 'heading', level: 1, text: 'Sites' });
    expect(blocks[1]).toMatchObject({
      kind: 'table',
      text: 'Site | Patients | Share | Since | Open\nBasel | 31 | 46% | 2023-03-15 | TRUE\nBern | 1,200 | 55% | 2023-03-16 | FALSE',
      table: {
        headerRows: 1,
        rowNumbers: [1, 2, 3],
        columns: ['A', 'B', 'C', 'D', 'E'],
        sheet: 'Sites',
        units: [undefined, undefined, '%', undefined, undefined],
        values: [
          ['Site', 'Patients', 'Share', 'Since', 'Open'],
          ['Basel', 31, 0.455, '2023-03-15', true],
          ['Bern', 1200, 0.545, '2023-03-16', false],
        ],
      },
    });
  });
});

describe('spreadsheets', () => {
  it('mark hidden sheets and tell notes with their cell', async () => {
    const sheet = utils.aoa_to_sheet([
      ['Salary', 'n'],
      ['secret', 1],
    ]);
    (sheet.A2 as CellObject).c = [{ a: 'Anna', t: 'check this' }];
    const book = bookOf({ Open: utils.aoa_to_sheet([['x']]), Pay: sheet });
    book.Workbook = { Sheets: [{ name: 'Open' }, { name: 'Pay', Hidden: 1 }] };
    const { blocks } = await xlsx.parse(bytesOf(book, 'xlsx'), { name: 'a' });
    expect(blocks.map(({ text }) => text)).toEqual([
      'Open',
      'x',
      'Pay (hidden)',
      'Salary | n\nsecret | 1',
      'Note on A2: check this',
    ]);
    expect(blocks[3]?.table).toMatchObject({ sheet: 'Pay', hidden: true });
  });

  it('show merged cells once and errors as errors; formulas by what they gave', async () => {
    const sheet = utils.aoa_to_sheet([
      ['Quarter', 'stale', 'Sum'],
      ['Q1', 2, 3],
    ]);
    sheet['!merges'] = [utils.decode_range('A1:B1')];
    sheet.C2 = { t: 'n', v: 5, f: 'B2+3' };
    sheet.D2 = { t: 'e', v: 7 };
    sheet.D1 = { t: 's', v: 'Ratio' };
    sheet['!ref'] = 'A1:D2';
    const [table] = await readSheet(sheet);
    expect(table?.text).toBe('Quarter |  | Sum | Ratio\nQ1 | 2 | 5 | #DIV/0!');
    expect(table?.table?.values?.[1]).toEqual(['Q1', 2, 5, null]);
  });

  it('find several tables on one sheet, their titles and notes', async () => {
    const sheet = utils.aoa_to_sheet([
      ['Budget 2026', null, null, null, 'Staff', null],
      ['Item', 'Cost', null, null, 'Name', 'Days'],
      ['Rent', 10, null, null, 'Anna', 5],
      ['Light', 2, null, null, 'Beat', 4],
      [],
      [],
      ['As of today'],
    ]);
    const blocks = await readSheet(sheet);
    expect(blocks.map(({ text }) => text)).toEqual([
      'Budget 2026',
      'Item | Cost\nRent | 10\nLight | 2',
      'Staff',
      'Name | Days\nAnna | 5\nBeat | 4',
      'As of today',
    ]);
    expect(blocks[3]?.table).toMatchObject({ columns: ['E', 'F'], rowNumbers: [2, 3, 4], headerRows: 1 });
  });

  it('join what only a blank row parts', async () => {
    const sheet = utils.aoa_to_sheet([['Item', 'Cost'], ['Rent', 10], [], ['Light', 2], ['Water', 3]]);
    const [table] = await readSheet(sheet);
    expect(table?.text).toBe('Item | Cost\nRent | 10\nLight | 2\nWater | 3');
    expect(table?.table?.rowNumbers).toEqual([1, 2, 4, 5]);
  });

  it('say that they are empty, damaged, locked or a bomb', async () => {
    expect((await xlsx.parse(bytesOf(bookOf({ S: utils.aoa_to_sheet([]) }), 'xlsx'), { name: 'a' })).blocks).toEqual(
      [],
    );
    await expect(xlsx.parse(Buffer.from('PK\x03\x04'), { name: 'a' })).rejects.toMatchObject({
      details: { problem: 'damaged' },
    });
    const bomb = zipSync({ 'xl/worksheets/sheet1.xml': new Uint8Array(2 ** 20) });
    expect(() => requireWithinArchiveLimits(bomb, 2 ** 19)).toThrow('it inflates to more than');
  });

  it('are read as OpenDocument', async () => {
    const sheet = utils.aoa_to_sheet([
      ['Site', 'Patients'],
      ['Zürich', 31],
    ]);
    const { blocks } = await ods.parse(bytesOf(bookOf({ Sites: sheet }), 'ods'), { name: 'a' });
    expect(blocks.map(({ text }) => text)).toEqual(['Sites', 'Site | Patients\nZürich | 31']);
    expect(blocks[1]?.table?.values?.[1]).toEqual(['Zürich', 31]);
  });
});
