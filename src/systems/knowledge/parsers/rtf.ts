import type { Block, Parser } from './contract.ts';
import { titleOf } from './office/core-properties.ts';
import { readRtf } from './rtf/reader.ts';

const MAGIC = /^(?:\ufeff|\u00ef\u00bb\u00bf)?\s{0,100}\{\\rtf/;
const HEAD_BYTES = 128;

/** Rich Text Format (1.9.1 and before). */
export const rtf: Parser = {
  name: 'rtf',
  extensions: ['.rtf'],
  mediaTypes: ['application/rtf', 'text/rtf', 'text/richtext'],
  sniff: (bytes) => (MAGIC.test(new TextDecoder('latin1').decode(bytes.subarray(0, HEAD_BYTES))) ? 1 : 0),
  async parse(bytes) {
    const { headers, blocks, footers, ...document } = readRtf(bytes);
    const title = titleOf(document.title);
    const all = [...once(headers), ...blocks, ...once(footers)];
    return title === undefined ? { blocks: all } : { title, blocks: all };
  },
};

/** Each section, and first pages, may have headers and footers of their own. */
function once(blocks: readonly Block[]): Block[] {
  const seen = new Set<string>();
  return blocks.filter(({ text }) => /\p{L}/u.test(text) && !seen.has(text) && seen.add(text));
}
