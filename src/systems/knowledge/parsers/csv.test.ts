import { describe, expect, it } from 'vitest';
import { csv } from './csv.ts';

const read = (content: string | Uint8Array, mediaType?: string) =>
  csv.parse(Buffer.from(content as string), { name: 'a.csv', ...(mediaType && { mediaType }) });

async function tableOf(content: string | Uint8Array, mediaType?: string) {
  const { blocks } = await read(content, mediaType);
  const [block] = blocks;
  if (!block?.table) throw new Error('There is no table.');
  return { text: block.text, ...block.table };
}

describe('csv', () => {
  it('keeps rows, their numbers and their columns', async () => {
    const table = await tableOf('Site,Patients\r\nBasel,31\r\n\r\n"Köln, West",12\r\n');
    expect(table).toEqual({
      text: 'Site | Patients\nBasel | 31\nKöln, West | 12',
      headerRows: 1,
      rowNumbers: [1, 2, 4],
      columns: ['A', 'B'],
      values: [
        ['Site', 'Patients'],
        ['Basel', '31'],
        ['Köln, West', '12'],
      ],
    });
  });

  it.each([
    ['semicolons', 'a;b\n1,5;2,5\n3,5;4\n', 'a | b\n1,5 | 2,5\n3,5 | 4'],
    ['tabs', 'a\tb, c\n1\t2\n', 'a | b, c\n1 | 2'],
    ['bars', 'a|b\n1|2\n', 'a | b\n1 | 2'],
    ['what Excel declares', 'sep=;\r\na;b\r\n1;2\r\n', 'a | b\n1 | 2'],
    ['old line ends', 'a,b\r1,2\r3,4\r', 'a | b\n1 | 2\n3 | 4'],
    ['one column', 'name\nBasel\nBern\n', 'name\nBasel\nBern'],
  ])('finds %s', async (_name, content, text) => {
    expect((await tableOf(content)).text).toBe(text);
  });

  it('reads quoted line breaks, ragged rows and quotes that are never closed', async () => {
    expect((await tableOf('a,b\n"one\ntwo",2\n3\n4,5,6\n')).text).toBe('a | b |\none two | 2 |\n3 |  |\n4 | 5 | 6');
    expect((await tableOf('size,n\n5" disk,1\n"6,2\n')).text).toBe('size | n\n5" disk | 1\n"6 | 2');
  });

  it.each([
    ['UTF-8 with a mark', Buffer.from('\ufeffStraße,n\nä,1\n')],
    ['UTF-16', Buffer.from('\ufeffStraße,n\nä,1\n', 'utf16le')],
    ['Latin-1', Buffer.from('Straße,n\nä,1\n', 'latin1')],
  ])('decodes %s', async (_name, bytes) => {
    expect((await tableOf(bytes)).text).toBe('Straße | n\nä | 1');
  });

  it.each([
    ['names above numbers', 'city,people\nBasel,170000\n', 1],
    ['product codes among names', 'date,4046,price,region,total\n2015-01-04,1036.7,1.2,Albany,3\n', 1],
    ['years', 'region,2019,2020\nNorth,5,6\n', 1],
    ['names above texts', 'name,city\nAnna,Bern\nBeat,Basel\n', 1],
    ['only numbers', '1,2\n3,4\n', 0],
    ['data from the first row on', 'Anna,31\nBeat,45\nCarl,28\n', 0],
  ])('knows the header: %s', async (_name, content, headerRows) => {
    expect((await tableOf(content)).headerRows).toBe(headerRows);
  });

  it('says what numbers are marked with', async () => {
    const table = await tableOf('item,price,share\na,$1.50,45%\nb,$20,3%\n');
    expect(table.units).toEqual([undefined, '$', '%']);
  });
});
