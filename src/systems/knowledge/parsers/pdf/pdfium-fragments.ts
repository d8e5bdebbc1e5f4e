import { createFragmentBuilder, type PlacedGlyph } from './fragment-builder.ts';
import type { Fragment } from './page-content.ts';
import { isLineEnd, isSpace, isUnmapped, type PageCharacters, readCharacters } from './pdfium-characters.ts';
import { type Pdfium, withMemory } from './pdfium-library.ts';
import { type Box, type QuarterTurn, type ReadingSpace, readingSpace } from './reading-space.ts';

/** PDFium's mark for a hyphen at the end of a line; also what a font may number its space. */
const LINE_HYPHEN = 2;
// fpdf_text.h: the font descriptor's flags (ISO 32000-1, table 123).
const FLAG_FORCE_BOLD = 1 << 18;
const BOLD_NAME = /bold|black|heavy|demi/i;
const NAME_BYTES = 128;
const FLAGS_AT = NAME_BYTES;
const SCRATCH_BYTES = NAME_BYTES + 64;
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

/** Gathers the characters of a page into fragments. */
export function readFragments(pdfium: Pdfium, page: number, textPage: number): PageFragments {
  return withMemory(pdfium, SCRATCH_BYTES, (scratch) => {
    const characters = readCharacters(pdfium, textPage, scratch);
    const isNoHyphen = (index: number): boolean => pdfium._FPDFText_IsHyphen(textPage, index) !== 1;
    const text: PageText = { ...characters, textOf: textReader(characters, isNoHyphen), turns: countTurns(characters) };
    const turn = text.turns.indexOf(Math.max(...text.turns)) as QuarterTurn;
    const space = readingSpace(pageBox(pdfium, page, scratch), turn);
    const isBold = (index: number): boolean => readIsBold(pdfium, textPage, index, scratch);
    return {
      fragments: joinUpright(text, turn, space, isBold),
      turned: joinTurned(text, turn),
      unmapped: countUnmapped(text),
      width: space.width,
      height: space.height,
    };
  });
}

interface PageText extends PageCharacters {
  /** `' '` for a space, `'\n'` for a line end, `''` for what shows nothing. */
  textOf(index: number): string;
  /** How many characters run each way: the four quarters, then obliquely. */
  readonly turns: readonly number[];
}

function textReader({ codes }: PageCharacters, isNoHyphen: (index: number) => boolean): (index: number) => string {
  return (index) => {
    const code = codes[index] ?? 0;
    if (code === LINE_HYPHEN) return isNoHyphen(index) ? ' ' : '-';
    if (code === 0) return '';
    if (isSpace(code)) return ' ';
    if (isLineEnd(code)) return '\n';
    return code > 0xffff && code <= 0x10ffff ? String.fromCodePoint(code) : String.fromCharCode(code);
  };
}

const OBLIQUE = 4;

function countTurns({ count, codes, runs, runOf }: PageCharacters): number[] {
  const turns = [0, 0, 0, 0, 0];
  for (let index = 0; index < count; index += 1) {
    if (!showsGlyph(codes[index] ?? 0)) continue;
    const turn = runs[runOf[index] ?? 0]?.turn ?? OBLIQUE;
    turns[turn] = (turns[turn] ?? 0) + 1;
  }
  return turns;
}

function showsGlyph(code: number): boolean {
  return code !== 0 && !isSpace(code) && !isLineEnd(code);
}

function countUnmapped(text: PageText): number {
  let unmapped = 0;
  for (let index = 0; index < text.count; index += 1) {
    const isGlyph = showsGlyph(text.codes[index] ?? 0) && text.codes[index] !== LINE_HYPHEN;
    if (isGlyph && isUnmapped(text, index)) unmapped += 1;
  }
  return unmapped;
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
  text: PageText,
  turn: QuarterTurn,
  space: ReadingSpace,
  isBold: (index: number) => boolean,
): readonly Fragment[] {
  const builder = createFragmentBuilder(isBold);
  const glyph: PlacedGlyph = { isUnmapped: false, index: 0, text: '', left: 0, right: 0, baseline: 0, size: 0 };
  for (let index = 0; index < text.count; index += 1) {
    const character = text.textOf(index);
    if (character === ' ') builder.space();
    else if (character === '\n') builder.end();
    else if (character !== '' && text.runs[text.runOf[index] ?? 0]?.turn === turn) {
      place(glyph, text, index, space);
      glyph.text = character;
      builder.add(glyph);
    }
  }
  builder.end();
  return builder.fragments;
}

/** Writes where a character stands into `glyph`, which is the same for all of a page. */
function place(glyph: PlacedGlyph, text: PageText, index: number, space: ReadingSpace): void {
  const { boxes, origins } = text;
  const at = 4 * index;
  const one = space.place({ x: boxes[at] ?? 0, y: boxes[at + 3] ?? 0 });
  const other = space.place({ x: boxes[at + 2] ?? 0, y: boxes[at + 1] ?? 0 });
  glyph.index = index;
  glyph.isUnmapped = isUnmapped(text, index);
  glyph.left = Math.min(one.x, other.x);
  glyph.right = Math.max(one.x, other.x);
  glyph.baseline = space.place({ x: origins[2 * index] ?? 0, y: origins[2 * index + 1] ?? 0 }).y;
  glyph.size = text.runs[text.runOf[index] ?? 0]?.size ?? 1;
}

function joinTurned(text: PageText, turn: QuarterTurn): string[] {
  if (text.turns.every((count, other) => other === turn || count === 0)) return [];
  let joined = '';
  for (let index = 0; index < text.count; index += 1) {
    const character = text.textOf(index);
    const isBlank = character === ' ' || character === '\n';
    if (isBlank || text.runs[text.runOf[index] ?? 0]?.turn !== turn) joined += character;
  }
  return joined
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
