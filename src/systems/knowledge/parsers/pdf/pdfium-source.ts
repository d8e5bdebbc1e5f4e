import { unreadable } from '../unreadable.ts';
import type { PageContent, PageSource } from './page-content.ts';
import { readFragments } from './pdfium-fragments.ts';
import { loadPdfium, type Pdfium, readString, withAscii } from './pdfium-library.ts';
import { readNotes } from './pdfium-notes.ts';

// fpdfview.h: FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY.
const LOCKED: ReadonlySet<number> = new Set([4, 5]);
// fpdf_edit.h: FPDF_PAGEOBJ_PATH, _IMAGE, _SHADING, _FORM.
const DRAWN: ReadonlySet<number> = new Set([2, 3, 4, 5]);

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

function titleOf(pdfium: Pdfium, document: number): string {
  return withAscii(pdfium, 'Title', (tag) =>
    readString(pdfium, (buffer, bytes) => pdfium._FPDF_GetMetaText(document, tag, buffer, bytes)),
  );
}

function readPage(pdfium: Pdfium, document: number, number: number): PageContent {
  const page = pdfium._FPDF_LoadPage(document, number - 1);
  // A page that cannot be loaded is as empty as a reader shows it.
  if (page === 0) return { number, width: 1, height: 1, fragments: [], asides: [], hasImages: false, unmapped: 0 };
  const textPage = pdfium._FPDFText_LoadPage(page);
  try {
    const { fragments, turned, unmapped, width, height } = readFragments(pdfium, page, textPage);
    const asides = [...turned, ...readNotes(pdfium, page)];
    return { number, width, height, fragments, asides, hasImages: hasDrawings(pdfium, page), unmapped };
  } finally {
    pdfium._FPDFText_ClosePage(textPage);
    pdfium._FPDF_ClosePage(page);
  }
}

function hasDrawings(pdfium: Pdfium, page: number): boolean {
  const count = pdfium._FPDFPage_CountObjects(page);
  for (let index = 0; index < count; index += 1) {
    const object = pdfium._FPDFPage_GetObject(page, index);
    if (DRAWN.has(pdfium._FPDFPageObj_GetType(object))) return true;
  }
  return false;
}
