/** What becomes of the text of a group. */
export type Destination =
  | 'text'
  | 'nothing'
  | 'fonts'
  | 'styles'
  | 'title'
  | 'marker'
  | 'author'
  | 'header'
  | 'footer'
  | 'note'
  | 'comment'
  | 'shape';

const KNOWN: ReadonlyArray<readonly [destination: Destination, words: string]> = [
  [
    'nothing',
    'colortbl filetbl revtbl listtable listoverridetable rsidtbl info generator pict nonshppict shppict object objdata ' +
      'fldinst xe tc tcn rxe bkmkstart bkmkend themedata colorschememapping latentstyles datastore xmlnstbl datafield ' +
      'formfield ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn template do shpinst sp sn sv mmathPr pnseclvl pgdsctbl ' +
      'private userprops docvar atnid atndate atntime atnref atrfstart atrfend falt panose background htmltag oleclsid',
  ],
  ['fonts', 'fonttbl'],
  ['styles', 'stylesheet'],
  ['title', 'title'],
  ['marker', 'listtext pntext'],
  ['author', 'atnauthor'],
  ['header', 'header headerl headerr headerf'],
  ['footer', 'footer footerl footerr footerf'],
  ['note', 'footnote'],
  ['comment', 'annotation'],
  ['shape', 'shptxt'],
  ['text', 'fldrslt result mmath moMath moMathPara'],
];

/** By the control word that a group begins with. */
export const DESTINATIONS: ReadonlyMap<string, Destination> = new Map(
  KNOWN.flatMap(([destination, words]) => words.split(' ').map((word) => [word, destination] as const)),
);

/** Words that stand for a character, or for white space. */
export const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ['~', ' '],
  ['_', '-'],
  ['tab', '\t'],
  ['line', '\n'],
  ['softline', '\n'],
  ['lquote', '‘'],
  ['rquote', '’'],
  ['ldblquote', '“'],
  ['rdblquote', '”'],
  ['bullet', '•'],
  ['endash', '–'],
  ['emdash', '—'],
  ['emspace', ' '],
  ['enspace', ' '],
  ['qmspace', ' '],
  ['{', '{'],
  ['}', '}'],
  ['\\', '\\'],
  ['nestcell', ' | '],
  ['nestrow', '\n'],
]);
