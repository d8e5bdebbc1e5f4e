import { describe, expect, it } from 'vitest';
import { readRecords } from './records.ts';

const csv = `\uFEFFid,name,notes,year\r\n1,Ann,"Likes tea,\r\nand ""milk""",2024\r\n2,Bob,,2023\r\n\r\n3,Cid,Likes coffee,\r\n`;
const read = (more: { include?: string[]; exclude?: string[] } = {}, contentField = 'notes') =>
  readRecords(Buffer.from(csv), { contentField, exclude: [], ...more }, { name: 'people.csv' });

describe('records of a CSV file', () => {
  it('are one chunk each, with all other columns as metadata', () => {
    expect(read()).toEqual([
      { text: 'Likes tea,\nand "milk"', cells: 'A2:D2', metadata: { id: '1', name: 'Ann', year: '2024' } },
      { text: 'Likes coffee', cells: 'A5:D5', metadata: { id: '3', name: 'Cid' } },
    ]);
  });

  it('have the metadata that is included and not excluded', () => {
    expect(read({ include: ['name', 'year'] }).map(({ metadata }) => metadata)).toEqual([
      { name: 'Ann', year: '2024' },
      { name: 'Cid' },
    ]);
    expect(read({ exclude: ['year'] }).map(({ metadata }) => metadata)).toEqual([
      { id: '1', name: 'Ann' },
      { id: '3', name: 'Cid' },
    ]);
    expect(read({ include: ['name', 'year'], exclude: ['year'] })[0]?.metadata).toEqual({ name: 'Ann' });
  });

  it.each([
    ['a content column that is missing', () => read({}, 'text'), /column text, which the file does not have/],
    ['a metadata column that is missing', () => read({ include: ['none'] }), /column none/],
    [
      'a column that is there twice',
      () => readRecords(Buffer.from('a,a\n1,2'), { contentField: 'a', exclude: [] }, { name: 'x.csv' }),
      /twice/,
    ],
    [
      'another format',
      () => readRecords(Buffer.from(csv), { contentField: 'notes', exclude: [] }, { name: 'x.txt' }),
      /CSV files alone/,
    ],
    [
      'another encoding',
      () => readRecords(Buffer.from('a,b\n\xe9,2', 'latin1'), { contentField: 'a', exclude: [] }, { name: 'x.csv' }),
      /not UTF-8/,
    ],
    [
      'quotes left open',
      () => readRecords(Buffer.from('a,b\n"1,2'), { contentField: 'a', exclude: [] }, { name: 'x.csv' }),
      /RFC 4180/,
    ],
  ])('are not to be had of %s', (_name, act, reason) => {
    expect(act).toThrow(reason);
  });
});
