import type { Parser } from './contract.ts';
import { oleKindOf } from './ole/ole-kind.ts';
import { readWorkbook } from './tables/workbook.ts';

/** The first record of a sheet of Excel 2, 3, 4 and of a stream of Excel 5 that stands by itself ([MS-XLS] 2.4.21). */
const BEGINNINGS = [
  [0x09, 0x00, 0x04, 0x00],
  [0x09, 0x02, 0x06, 0x00],
  [0x09, 0x04, 0x06, 0x00],
  [0x09, 0x08, 0x08, 0x00],
  [0x09, 0x08, 0x10, 0x00],
];

/** Excel 2 to 2003: sheets as tables, cells as they are shown. */
export const xls: Parser = {
  name: 'xls',
  extensions: ['.xls', '.xlt'],
  mediaTypes: ['application/vnd.ms-excel'],
  sniff(bytes) {
    const isBare = BEGINNINGS.some((beginning) => beginning.every((byte, index) => bytes[index] === byte));
    return isBare || oleKindOf(bytes) === 'xls' ? 1 : 0;
  },
  async parse(bytes) {
    return readWorkbook(bytes);
  },
};
