import type { Pdfium } from './pdfium-library.ts';
import { type QuarterTurn, quarterTurnOf } from './reading-space.ts';

const LEAST_SIZE = 1;
/** Control codes stand for glyphs without Unicode value: their fonts number them from 1. */
const FIRST_PRINTED = 32;

/** What the characters of one text object share. */
export interface TextRun {
  /** undefined: oblique. */
  readonly turn: QuarterTurn | undefined;
  /** Of its font, in points. */
  readonly size: number;
  /** Its font has no Unicode values; told by its first character. */
  readonly isUnmapped: boolean;
}

/** The characters of a page in the order of its content, their numbers side by side: an object for each would cost more than PDFium. */
export interface PageCharacters {
  readonly count: number;
  readonly codes: Int32Array;
  /** Left, top, right, bottom of each, in the page's own space. */
  readonly boxes: Float32Array;
  /** Of each its origin's x and y. */
  readonly origins: Float32Array;
  /** Of each its place in `runs`. */
  readonly runOf: Int32Array;
  readonly runs: readonly TextRun[];
}

/** @param scratch at least 32 bytes inside PDFium, aligned to 8 */
export function readCharacters(pdfium: Pdfium, textPage: number, scratch: number): PageCharacters {
  const count = pdfium._FPDFText_CountChars(textPage);
  const codes = new Int32Array(count);
  const boxes = new Float32Array(4 * count);
  const origins = new Float32Array(2 * count);
  const runOf = new Int32Array(count);
  const runs: TextRun[] = [];
  let object = -1;
  for (let index = 0; index < count; index += 1) {
    const code = pdfium._FPDFText_GetUnicode(textPage, index);
    codes[index] = code;
    if (isBlank(code)) continue;
    const next = pdfium._FPDFText_GetTextObject(textPage, index);
    if (next !== object || next === 0) runs.push(readRun(pdfium, textPage, index, scratch));
    object = next;
    runOf[index] = runs.length - 1;
    pdfium._FPDFText_GetLooseCharBox(textPage, index, scratch);
    boxes.set(pdfium.HEAPF32.subarray(scratch / 4, scratch / 4 + 4), 4 * index);
    pdfium._FPDFText_GetCharOrigin(textPage, index, scratch, scratch + 8);
    origins[2 * index] = pdfium.HEAPF64[scratch / 8] ?? 0;
    origins[2 * index + 1] = pdfium.HEAPF64[scratch / 8 + 1] ?? 0;
  }
  return { count, codes, boxes, origins, runOf, runs };
}

/** No glyph at all, a space, a tab, or a line end. */
export function isBlank(code: number): boolean {
  return code === 0 || isSpace(code) || isLineEnd(code);
}

export function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 160;
}

export function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}

export function isUnmapped({ codes, runs, runOf }: PageCharacters, index: number): boolean {
  return (codes[index] ?? 0) < FIRST_PRINTED || runs[runOf[index] ?? 0]?.isUnmapped === true;
}

function readRun(pdfium: Pdfium, textPage: number, index: number, scratch: number): TextRun {
  // FS_MATRIX: a, b, c, d, e, f; c and d stretch the text upwards.
  pdfium._FPDFText_GetMatrix(textPage, index, scratch);
  const stretch = Math.hypot(pdfium.HEAPF32[scratch / 4 + 2] ?? 0, pdfium.HEAPF32[scratch / 4 + 3] ?? 1);
  return {
    turn: quarterTurnOf(pdfium._FPDFText_GetCharAngle(textPage, index)),
    size: Math.max(LEAST_SIZE, pdfium._FPDFText_GetFontSize(textPage, index) * stretch),
    isUnmapped: pdfium._FPDFText_HasUnicodeMapError(textPage, index) === 1,
  };
}
