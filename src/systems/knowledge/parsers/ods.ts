import type { Parser } from './contract.ts';
import { sniffPackage } from './office/package-kind.ts';
import { requireWithinArchiveLimits } from './tables/within-archive-limits.ts';
import { readWorkbook } from './tables/workbook.ts';

/** OpenDocument spreadsheets (ISO/IEC 26300). */
export const ods: Parser = {
  name: 'ods',
  isBinary: true,
  extensions: ['.ods', '.ots'],
  mediaTypes: [
    'application/vnd.oasis.opendocument.spreadsheet',
    'application/vnd.oasis.opendocument.spreadsheet-template',
  ],
  sniff: sniffPackage('ods'),
  async parse(bytes) {
    requireWithinArchiveLimits(bytes);
    return readWorkbook(bytes);
  },
};
