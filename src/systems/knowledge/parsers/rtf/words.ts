import { fontOfCharset } from './fonts.ts';
import { emit, endCell, endParagraph, endRow, type ReaderState } from './state.ts';

const BODY_LEVEL = 9;
const MOST_FALLBACK = 8;
const MACINTOSH = 10000;
const WESTERN = 1252;

type Word = (state: ReaderState, value: number | undefined) => void;

/** Hidden and deleted text alike is nothing that a reader sees. */
const hide: Word = (state, value = 1) => {
  state.group.isHidden = value !== 0;
};

const WORDS: Readonly<Record<string, Word>> = {
  ansicpg: (state, value = WESTERN) => {
    state.codePage = value;
  },
  mac: (state) => {
    state.codePage = MACINTOSH;
  },
  f: (state, value = 0) => {
    state.group.font = value;
    if (state.group.destination === 'fonts') state.fonts.set(value, { isSymbols: false });
  },
  fcharset: (state, value = 0) => {
    if (state.group.destination === 'fonts') state.fonts.set(state.group.font, fontOfCharset(value));
  },
  s: (state, value = 0) => {
    if (state.group.destination === 'styles') state.styles.begin(value);
    else state.paragraph.style = value;
  },
  outlinelevel: (state, value = BODY_LEVEL) => {
    if (state.group.destination === 'styles') state.styles.outline(value);
    else if (value < BODY_LEVEL) state.paragraph.level = value + 1;
  },
  uc: (state, value = 1) => {
    state.group.fallback = Math.min(Math.max(value, 0), MOST_FALLBACK);
  },
  u: (state, value = 0) => {
    emit(state, String.fromCharCode(value < 0 ? value + 65_536 : value));
    state.skipped = state.group.fallback;
  },
  v: hide,
  deleted: hide,
  plain: (state) => {
    state.group.isHidden = false;
    state.group.font = 0;
  },
  pard: (state) => {
    state.paragraph = {};
    state.isInTable = false;
  },
  intbl: (state, value = 1) => {
    state.isInTable = value !== 0;
  },
  trowd: (state) => {
    state.isInRow = true;
  },
  trhdr: (state) => state.group.flow.markHeaderRow(),
  par: endParagraph,
  sect: endParagraph,
  page: endParagraph,
  cell: endCell,
  row: endRow,
};

/** By control word; those of fonts, colours and places on the page have none. */
export const ACTIONS: ReadonlyMap<string, Word> = new Map(Object.entries(WORDS));
