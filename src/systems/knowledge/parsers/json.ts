import { cleanCharacters, collapseSpace } from './clean-text.ts';
import type { Block, Parser } from './contract.ts';
import { charsetOf, decodeText, looksLikeText } from './decode-text.ts';
import { describe } from './json/describe.ts';
import { readJson } from './json/read-json.ts';
import { unreadable } from './unreadable.ts';

const HEAD_BYTES = 4096;
const OPENING = /^\ufeff?\s*(?:\{\s*(?:"|\}|$)|\[\s*(?:[{["\]\d-]|true\b|false\b|null\b|$))/;
const SURE = 0.6;

/** JSON and JSON Lines: each value with the path of keys that leads to it, each record of a list in a block of its own. */
export const json: Parser = {
  name: 'json',
  extensions: ['.json', '.jsonl', '.ndjson', '.geojson'],
  mediaTypes: ['application/json', 'application/x-ndjson', 'application/jsonl'],
  sniff: (bytes) => (OPENING.test(decodeText(bytes.subarray(0, HEAD_BYTES))) ? SURE : 0),
  async parse(bytes, context) {
    if (!looksLikeText(bytes)) throw unreadable('not-text');
    const values = readJson(decodeText(bytes, charsetOf(context.mediaType)));
    if (values === undefined) throw unreadable('not-json');
    const blocks = values.flatMap(describe).flatMap(({ kind, text, ...rest }): Block[] => {
      const cleaned = collapseSpace(cleanCharacters(text));
      return cleaned === '' ? [] : [{ kind, text: cleaned, ...rest }];
    });
    return { blocks };
  },
};
