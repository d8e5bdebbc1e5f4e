import { cleanCharacters, collapseSpace } from './clean-text.ts';
import type { Block, Parser } from './contract.ts';
import { charsetOf, decodeText, looksLikeText } from './decode-text.ts';
import { unreadable } from './unreadable.ts';

const BLANK_LINES = /\n[^\S\n]*(?:\n[^\S\n]*)+/;
const LEAST_SURE = 0.1;

/** Plain text: paragraphs are what blank lines or form feeds divide. */
export const txt: Parser = {
  name: 'txt',
  extensions: ['.txt', '.text'],
  mediaTypes: ['text/plain'],
  sniff: (bytes) => (looksLikeText(bytes) ? LEAST_SURE : 0),
  async parse(bytes, context) {
    if (!looksLikeText(bytes)) throw unreadable('not-text');
    const text = cleanCharacters(decodeText(bytes, charsetOf(context.mediaType)));
    const blocks = text
      .split(BLANK_LINES)
      .map(collapseSpace)
      .filter((paragraph) => paragraph !== '')
      .map((paragraph): Block => ({ kind: 'paragraph', text: paragraph }));
    return { blocks };
  },
};
