import { createFragmentBuilder, type PlacedGlyph } from './fragment-builder.ts';
import type { Fragment } from './page-content.ts';
import { type Pdfium, withMemory } from './pdfium-library.ts';
import { type Box, type QuarterTurn, quarterTurnOf, type ReadingSpace, readingSpace } from './reading-space.ts';

/** PDFium's mark for a hyphen at the end of a line. */
const LINE_HYPHEN = 2;
// fpdf_text.h: the font descriptor's flags (ISO 32000-1, table 123).
const FLAG_FORCE_BOLD = 1 << 18;
const BOLD_NAME = /bold|black|heavy|demi/i;
const NAME_BYTES = 128;
const FLAGS_AT = NAME_BYTES;
const SCRATCH_BYTES = NAME_BYTES + 64;
const LEAST_SIZE = 1;
/** fpdf_text.h: from 100 to 900; 700 is bold, and fonts without a name for it begin at about 600. */
const BOLD_WEIGHT = 600;

export interface PageFragments {
  readonly fragments: readonly Fragment[];
  /** Lines that run otherwise than most of the page does. */
  readonly turned: readonly string[];
  readonly unmapped: number;
  readonly width: number;
  readonly height: number;
}

interface Glyph extends Box {
  readonly index: number;
  readonly text: string;
  /** Of its origin, in the page's own space. */
  readonly x: number;
  readonly y: number;
  /** undefined: oblique. */
  readonly turn: QuarterTurn | undefined;
  readonly isUnmapped: boolean;
  /** Of its font, in points. */
  readonly size: number;
}

type Character = Glyph | 'space' | 'line-end';

/** Gathers the characters of a page into fragments. */
export function readFragments(pdfium: Pdfium, page: number, textPage: number): PageFragments {
  return withMemory(pdfium, SCRATCH_BYTES, (scratch) => {
    const characters = readCharacters(pdfium, textPage, scratch);
    const glyphs = characters.filter((character) => typeof character === 'object');
    const turn = mainTurn(glyphs);
    const space = readingSpace(pageBox(pdfium, page, scratch), turn);
    const isBold = (index: number): boolean => readIsBold(pdfium, textPage, index, scratch);
    const { width, height } = space;
    return {
      fragments: joinUpright(characters, turn, space, isBold),
      turned: joinTurned(characters, turn),
      unmapped: glyphs.filter(({ isUnmapped }) => isUnmapped).length,
      width,
      height,
    };
  });
}

function readCharacters(pdfium: Pdfium, textPage: number, scratch: number): Character[] {
  const count = pdfium._FPDFText_CountChars(textPage);
  const sizeOf = sizeReader(pdfium, textPage, scratch);
  const characters: Character[] = [];
  for (let index = 0; index < count; index += 1) {
    const code = pdfium._FPDFText_GetUnicode(textPage, index);
    if (code === 10 || code === 13) characters.push('line-end');
    else if (code === 32 || code === 9 || code === 160 || isNoHyphen(pdfium, textPage, index, code))
      characters.push('space');
    else if (code !== 0) characters.push(readGlyph(pdfium, textPage, index, code, scratch, sizeOf));
  }
  return characters;
}

/** The code of the mark may also be a font's own number of a glyph without Unicode value: its space, as a rule. */
function isNoHyphen(pdfium: Pdfium, textPage: number, index: number, code: number): boolean {
  return code === LINE_HYPHEN && pdfium._FPDFText_IsHyphen(textPage, index) !== 1;
}

function readGlyph(
  pdfium: Pdfium,
  textPage: number,
  index: number,
  code: number,
  scratch: number,
  sizeOf: (index: number, height: number) => number,
): Glyph {
  pdfium._FPDFText_GetLooseCharBox(textPage, index, scratch);
  // FS_RECTF: left, top, right, bottom.
  const at = scratch / 4;
  const { HEAPF32: floats, HEAPF64: doubles } = pdfium;
  const [left, top, right, bottom] = [floats[at] ?? 0, floats[at + 1] ?? 0, floats[at + 2] ?? 0, floats[at + 3] ?? 0];
  pdfium._FPDFText_GetCharOrigin(textPage, index, scratch, scratch + 8);
  const [x, y] = [doubles[scratch / 8] ?? 0, doubles[scratch / 8 + 1] ?? 0];
  const turn = quarterTurnOf(pdfium._FPDFText_GetCharAngle(textPage, index));
  const isUnmapped = pdfium._FPDFText_HasUnicodeMapError(textPage, index) === 1;
  const size = sizeOf(index, turn === undefined || turn % 2 === 0 ? top - bottom : right - left);
  return { index, text: textOf(code), left, top, right, bottom, x, y, turn, isUnmapped, size };
}

/** Reads the size of a character's font; characters whose boxes have the height of the one before have its size too. */
function sizeReader(pdfium: Pdfium, textPage: number, scratch: number): (index: number, height: number) => number {
  let knownHeight = Number.NaN;
  let size = LEAST_SIZE;
  return (index, height) => {
    if (height === knownHeight) return size;
    knownHeight = height;
    // FS_MATRIX: a, b, c, d, e, f; c and d stretch the text upwards.
    pdfium._FPDFText_GetMatrix(textPage, index, scratch);
    const stretch = Math.hypot(pdfium.HEAPF32[scratch / 4 + 2] ?? 0, pdfium.HEAPF32[scratch / 4 + 3] ?? 1);
    size = Math.max(LEAST_SIZE, pdfium._FPDFText_GetFontSize(textPage, index) * stretch);
    return size;
  };
}

function textOf(code: number): string {
  if (code === LINE_HYPHEN) return '-';
  return code > 0xffff && code <= 0x10ffff ? String.fromCodePoint(code) : String.fromCharCode(code);
}

/** The turn of most characters. */
function mainTurn(glyphs: readonly Glyph[]): QuarterTurn {
  const counts = [0, 0, 0, 0];
  for (const { turn } of glyphs) if (turn !== undefined) counts[turn] = (counts[turn] ?? 0) + 1;
  return counts.indexOf(Math.max(...counts)) as QuarterTurn;
}

function pageBox(pdfium: Pdfium, page: number, scratch: number): Box {
  pdfium._FPDF_GetPageBoundingBox(page, scratch);
  const [left = 0, top = 0, right = 0, bottom = 0] = pdfium.HEAPF32.subarray(scratch / 4, scratch / 4 + 4);
  return { left, top, right, bottom };
}

function readIsBold(pdfium: Pdfium, textPage: number, index: number, scratch: number): boolean {
  if (pdfium._FPDFText_GetFontWeight(textPage, index) >= BOLD_WEIGHT) return true;
  const flagsAt = scratch + FLAGS_AT;
  const bytes = pdfium._FPDFText_GetFontInfo(textPage, index, scratch, NAME_BYTES, flagsAt);
  if (((pdfium.HEAP32[flagsAt / 4] ?? 0) & FLAG_FORCE_BOLD) !== 0) return true;
  if (bytes === 0 || bytes > NAME_BYTES) return false;
  return BOLD_NAME.test(new TextDecoder('latin1').decode(pdfium.HEAPU8.slice(scratch, scratch + bytes - 1)));
}

function joinUpright(
  characters: readonly Character[],
  turn: QuarterTurn,
  space: ReadingSpace,
  isBold: (index: number) => boolean,
): readonly Fragment[] {
  const builder = createFragmentBuilder(isBold);
  for (const character of characters) {
    if (character === 'space') builder.space();
    else if (character === 'line-end') builder.end();
    else if (character.turn === turn) builder.add(place(character, space));
  }
  builder.end();
  return builder.fragments;
}

function place(glyph: Glyph, space: ReadingSpace): PlacedGlyph {
  const one = space.place({ x: glyph.left, y: glyph.bottom });
  const other = space.place({ x: glyph.right, y: glyph.top });
  return {
    index: glyph.index,
    isUnmapped: glyph.isUnmapped,
    text: glyph.text,
    left: Math.min(one.x, other.x),
    right: Math.max(one.x, other.x),
    baseline: space.place(glyph).y,
    size: glyph.size,
  };
}

function joinTurned(characters: readonly Character[], turn: QuarterTurn): string[] {
  const text = characters.map((character) => {
    if (character === 'space') return ' ';
    if (character === 'line-end') return '\n';
    return character.turn === turn ? '' : character.text;
  });
  return text
    .join('')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
