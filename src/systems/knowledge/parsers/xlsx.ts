import type { Parser } from './contract.ts';
import { packageKindOf } from './office/package-kind.ts';
import { requireWithinArchiveLimits } from './tables/within-archive-limits.ts';
import { readWorkbook } from './tables/workbook.ts';

/** Excel since 2007 (ECMA-376, and the binary form of it): sheets as tables, cells as they are shown. */
export const xlsx: Parser = {
  name: 'xlsx',
  isBinary: true,
  extensions: ['.xlsx', '.xlsm', '.xltx', '.xltm', '.xlsb'],
  mediaTypes: [
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.template',
    'application/vnd.ms-excel.sheet.macroenabled.12',
    'application/vnd.ms-excel.sheet.binary.macroenabled.12',
  ],
  sniff: (bytes) => (['xlsx', 'xlsb'].includes(packageKindOf(bytes) ?? '') ? 1 : 0),
  async parse(bytes) {
    requireWithinArchiveLimits(bytes);
    return readWorkbook(bytes);
  },
};
