import type { Parser } from './contract.ts';
import { readBlocks } from './doc/doc-blocks.ts';
import { readFileInformation } from './doc/file-information.ts';
import { readParagraphProperties } from './doc/paragraph-properties.ts';
import { readText } from './doc/pieces.ts';
import { openCompoundFile } from './ole/compound-file.ts';
import { sniffOle } from './ole/ole-kind.ts';

/** Word 6 to 2003 ([MS-DOC]): text, tables, headings, notes, comments, text boxes, headers and footers. */
export const doc: Parser = {
  name: 'doc',
  isBinary: true,
  extensions: ['.doc', '.dot'],
  mediaTypes: ['application/msword'],
  sniff: sniffOle('doc'),
  async parse(bytes) {
    const information = readFileInformation(openCompoundFile(bytes));
    return { blocks: readBlocks(information, readText(information), readParagraphProperties(information)) };
  },
};
