import { type Pdfium, withMemory } from './pdfium-library.ts';

/** A page as an image of grey values. */
export interface PageImage {
  /** Portable graymap (PGM, binary). */
  readonly bytes: Uint8Array;
  /** Points (1/72 inch) a pixel. */
  readonly scale: number;
  /** Of the page as it is seen, in points. */
  readonly width: number;
  readonly height: number;
}

// What text recognition reads best; larger pages get fewer dots.
const DOTS_PER_INCH = 300;
const POINTS_PER_INCH = 72;
const MOST_PIXELS = 20_000_000;
// fpdfview.h: FPDFBitmap_Gray, FPDF_ANNOT, FPDF_GRAYSCALE.
const GRAY = 1;
const FLAGS = 0x01 | 0x08;
const WHITE = 0xffffffff;

/** Draws a page, annotations included. @returns undefined where PDFium cannot */
export function renderPage(pdfium: Pdfium, page: number): PageImage | undefined {
  const [width, height] = [pdfium._FPDF_GetPageWidthF(page), pdfium._FPDF_GetPageHeightF(page)];
  const most = Math.sqrt(MOST_PIXELS / (width * height));
  const pixels = Math.min(DOTS_PER_INCH / POINTS_PER_INCH, most);
  const [across, down] = [Math.floor(width * pixels), Math.floor(height * pixels)];
  if (!(across > 0 && down > 0)) return undefined;
  return withMemory(pdfium, across * down, (buffer) => {
    if (buffer === 0) return undefined;
    const bitmap = pdfium._FPDFBitmap_CreateEx(across, down, GRAY, buffer, across);
    if (bitmap === 0) return undefined;
    pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, across, down, WHITE);
    pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, across, down, 0, FLAGS);
    const values = pdfium.HEAPU8.subarray(buffer, buffer + across * down);
    const bytes = Buffer.concat([Buffer.from(`P5\n${across} ${down}\n255\n`), values]);
    pdfium._FPDFBitmap_Destroy(bitmap);
    return { bytes, scale: 1 / pixels, width, height };
  });
}
