import { unreadable } from '../unreadable.ts';
import type { Fragment, PageContent, PageSource } from './page-content.ts';
import { readFragments } from './pdfium-fragments.ts';
import { loadPdfium, type Pdfium, readString, withAscii, withMemory } from './pdfium-library.ts';
import { readNotes } from './pdfium-notes.ts';

// fpdfview.h: FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY.
const LOCKED: ReadonlySet<number> = new Set([4, 5]);
// fpdf_edit.h: FPDF_PAGEOBJ_PATH, _IMAGE, _SHADING, _FORM.
const DRAWN: ReadonlySet<number> = new Set([2, 3, 4, 5]);
const PICTURES: ReadonlySet<number> = new Set([3, 5]);
/** A page with more of them is none that was scanned. */
const FEW_FRAGMENTS = 24;
/** The share of a page that pictures cover where the page is one. Scanners cut some into strips. */
const MOST_OF = 0.5;

const NOTHING = { width: 1, height: 1, fragments: [], asides: [], hasImages: false, isCovered: false, unmapped: 0 };

/**
 * Opens a PDF with PDFium.
 *
 * @throws LoamError `document-unreadable`: `encrypted`, `damaged` or `no-pages`.
 */
export async function openWithPdfium(bytes: Uint8Array): Promise<PageSource> {
  const pdfium = await loadPdfium();
  const data = pdfium.wasmExports.malloc(bytes.length);
  pdfium.HEAPU8.set(bytes, data);
  const document = pdfium._FPDF_LoadMemDocument(data, bytes.length, 0);
  const close = async (): Promise<void> => {
    if (document !== 0) pdfium._FPDF_CloseDocument(document);
    pdfium.wasmExports.free(data);
  };
  const pages = document === 0 ? 0 : pdfium._FPDF_GetPageCount(document);
  if (pages === 0) {
    const isLocked = document === 0 && LOCKED.has(pdfium._FPDF_GetLastError());
    await close();
    throw unreadable(isLocked ? 'encrypted' : document === 0 ? 'damaged' : 'no-pages');
  }
  const title = titleOf(pdfium, document);
  return { pages, ...(title !== '' && { title }), read: async (number) => readPage(pdfium, document, number), close };
}

/** Lends one page of a document, for as long as `use` runs. @returns undefined where it cannot be loaded */
export async function withPdfiumPage<Result>(
  bytes: Uint8Array,
  number: number,
  use: (pdfium: Pdfium, page: number) => Result,
): Promise<Result | undefined> {
  const pdfium = await loadPdfium();
  return withMemory(pdfium, bytes.length, (data) => {
    pdfium.HEAPU8.set(bytes, data);
    const document = pdfium._FPDF_LoadMemDocument(data, bytes.length, 0);
    const page = document === 0 ? 0 : pdfium._FPDF_LoadPage(document, number - 1);
    try {
      return page === 0 ? undefined : use(pdfium, page);
    } finally {
      if (page !== 0) pdfium._FPDF_ClosePage(page);
      if (document !== 0) pdfium._FPDF_CloseDocument(document);
    }
  });
}

function titleOf(pdfium: Pdfium, document: number): string {
  return withAscii(pdfium, 'Title', (tag) =>
    readString(pdfium, (buffer, bytes) => pdfium._FPDF_GetMetaText(document, tag, buffer, bytes)),
  );
}

function readPage(pdfium: Pdfium, document: number, number: number): PageContent {
  const page = pdfium._FPDF_LoadPage(document, number - 1);
  // A page that cannot be loaded is as empty as a reader shows it.
  if (page === 0) return { ...NOTHING, number };
  const textPage = pdfium._FPDFText_LoadPage(page);
  try {
    const { fragments, turned, unmapped, width, height } = readFragments(pdfium, page, textPage);
    const asides = [...turned, ...readNotes(pdfium, page)];
    return { number, width, height, fragments, asides, ...readDrawings(pdfium, page, isShort(fragments)), unmapped };
  } finally {
    pdfium._FPDFText_ClosePage(textPage);
    pdfium._FPDF_ClosePage(page);
  }
}

/** Only the image of a page with hardly any text is asked for. */
function isShort(fragments: readonly Fragment[]): boolean {
  return fragments.length < FEW_FRAGMENTS;
}

/** What a page shows besides text; how much of it pictures cover takes looking at each of its objects. */
function readDrawings(
  pdfium: Pdfium,
  page: number,
  measuresPictures: boolean,
): { hasImages: boolean; isCovered: boolean } {
  const count = pdfium._FPDFPage_CountObjects(page);
  const whole = pdfium._FPDF_GetPageWidthF(page) * pdfium._FPDF_GetPageHeightF(page);
  let hasImages = false;
  let covered = 0;
  for (let index = 0; index < count && covered < MOST_OF * whole; index += 1) {
    const object = pdfium._FPDFPage_GetObject(page, index);
    const type = pdfium._FPDFPageObj_GetType(object);
    hasImages ||= DRAWN.has(type);
    if (hasImages && !measuresPictures) break;
    if (PICTURES.has(type)) covered += areaOf(pdfium, object);
  }
  return { hasImages, isCovered: covered >= MOST_OF * whole };
}

function areaOf(pdfium: Pdfium, object: number): number {
  return withMemory(pdfium, 16, (box) => {
    if (pdfium._FPDFPageObj_GetBounds(object, box, box + 4, box + 8, box + 12) === 0) return 0;
    const [left = 0, bottom = 0, right = 0, top = 0] = pdfium.HEAPF32.subarray(box / 4, box / 4 + 4);
    return (right - left) * (top - bottom);
  });
}
