import { cleanCharacters, inOneLine } from '../clean-text.ts';

const [BEGIN, SEPARATOR, END] = ['\x13', '\x14', '\x15'];
const FIELD_MARKS = [BEGIN, SEPARATOR, END];
const NON_BREAKING_HYPHEN = '\x1e';
const LINE_OR_COLUMN_BREAKS = ['\x0b', '\x0c', '\x0e'];

/**
 * Leaves the codes of fields out and keeps their results ([MS-DOC] 2.8.25): `HYPERLINK "…"` goes, the words of the link
 * stay. Fields may stand in fields, and reach over paragraphs.
 *
 * @returns a reader that is given the text piece by piece
 */
export function createFieldReader(): (text: string) => string {
  const fields: ('code' | 'result')[] = [];
  let codes = 0;
  return (text) => {
    if (!FIELD_MARKS.some((mark) => text.includes(mark))) return codes === 0 ? text : '';
    let visible = '';
    for (const character of text) {
      if (character === BEGIN) {
        fields.push('code');
        codes += 1;
      } else if (character === SEPARATOR && fields.at(-1) === 'code') {
        fields[fields.length - 1] = 'result';
        codes -= 1;
      } else if (character === END) {
        if (fields.pop() === 'code') codes -= 1;
      } else if (codes === 0) visible += character;
    }
    return visible;
  };
}

/** In one line, without the marks of pictures, notes and drawings. */
export function plainLine(text: string): string {
  const broken = LINE_OR_COLUMN_BREAKS.reduce((line, mark) => line.replaceAll(mark, ' '), text);
  return inOneLine(cleanCharacters(broken.replaceAll(NON_BREAKING_HYPHEN, '-')));
}
