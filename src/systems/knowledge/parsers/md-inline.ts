const ESCAPED = /\\([!-/:-@[-`{-~])/g;
const CODE_SPAN = /(?<!`)(`{1,8})(?!`)([\s\S]{1,2000}?)(?<!`)\1(?!`)/g;
const IMAGE = /!\[([^\]]{0,500})\](?:\([^()\s]{0,2000}(?:\s+["'][^"'\n]{0,500}["'])?\)|\[[^\]]{0,200}\])/g;
const LINK =
  /\[([^[\]]{1,500})\](?:\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?(?:\s+["'][^"'\n]{0,500}["'])?\)|\[[^\]]{0,200}\])/g;
const AUTOLINK = /<((?:https?|mailto):[^\s<>]{1,2000})>/g;
const COMMENT = /<!--[\s\S]{0,2000}?-->/g;
const TAG = /<\/?[a-zA-Z][a-zA-Z0-9-]{0,30}(?:\s[^<>]{0,2000})?\/?>/g;
const STRONG = /(\*\*|__|~~)(?=\S)([^\n*_~]{1,2000}?)\1/g;
const STAR = /\*(?=[^\s*])([^*\n]{1,2000}?)\*/g;
const UNDERSCORE = /(?<![\p{L}\p{N}_])_(?=[^\s_])([^_\n]{1,2000}?)_(?![\p{L}\p{N}_])/gu;
const ENTITY = /&(?:amp|lt|gt|quot|nbsp|#39);/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&nbsp;': ' ',
  '&#39;': "'",
};
// Private-use characters around a number hold the place of escaped characters and code spans, so that their marks stay.
const PLACE = /\ue000(\d{1,9})\ue001/g;
const PLACE_MARK = /[\ue000\ue001]/g;

/** Markdown's inline text without its marks: emphasis, links (their text stays), images (their description), HTML tags. */
export function plainInline(text: string): string {
  const kept: string[] = [];
  const keep = (literal: string): string => {
    kept.push(literal);
    return `\ue000${kept.length - 1}\ue001`;
  };
  return text
    .replace(PLACE_MARK, '')
    .replace(CODE_SPAN, (_all, _fence, code: string) => keep(code.trim()))
    .replace(ESCAPED, (_all, character: string) => keep(character))
    .replace(COMMENT, '')
    .replace(AUTOLINK, '$1')
    .replace(TAG, '')
    .replace(IMAGE, '$1')
    .replace(LINK, '$1')
    .replace(STRONG, '$2')
    .replace(STAR, '$1')
    .replace(UNDERSCORE, '$1')
    .replace(ENTITY, (entity) => ENTITIES[entity] ?? entity)
    .replace(PLACE, (_all, index: string) => kept[Number(index)] ?? '');
}
