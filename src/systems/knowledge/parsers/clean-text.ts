// Control characters but tab and line feed, and format characters (soft hyphens, zero-width spaces, directional marks, byte
// order marks) but the joiners and number signs that scripts from Persian to Tamil need.
const INVISIBLE = /(?![\t\n\u0600-\u0605\u06dd\u070f\u200c\u200d])[\p{Cc}\p{Cf}]/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const LIGATURE = /[\ufb00-\ufb06]/g;
const LINE_BREAK = /\r\n?|[\u0085\u2028\u2029]/g;
const WIDE_SPACE = /[^\S\n]+/g;
const SPACE_AROUND_BREAK = / ?\n ?/g;
const MANY_BREAKS = /\n{3,}/g;

/** Line breaks as `\n`, without what is invisible, ligatures written out. White space is left as it is. */
export function cleanCharacters(text: string): string {
  return text
    .replace(LINE_BREAK, '\n')
    .replace(/\f|\v/g, '\n\n')
    .replace(INVISIBLE, '')
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(LIGATURE, (ligature) => ligature.normalize('NFKC'));
}

/** One space where there were several, none around line breaks or at the ends, at most one blank line. */
export function collapseSpace(text: string): string {
  return text.replace(WIDE_SPACE, ' ').replace(SPACE_AROUND_BREAK, '\n').replace(MANY_BREAKS, '\n\n').trim();
}

/** All of the text in one line. */
export function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
