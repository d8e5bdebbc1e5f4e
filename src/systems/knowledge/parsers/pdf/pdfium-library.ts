import { PDFiumModule } from '@hyzyla/pdfium';

type Pointer = number;

/** The functions of PDFium that are used, as its public headers (fpdfview.h, fpdf_text.h, fpdf_annot.h) document them. */
export interface Pdfium {
  _FPDF_InitLibraryWithConfig(config: object): void;
  _FPDF_LoadMemDocument(data: Pointer, size: number, password: Pointer): Pointer;
  _FPDF_GetLastError(): number;
  _FPDF_CloseDocument(document: Pointer): void;
  _FPDF_GetPageCount(document: Pointer): number;
  _FPDF_GetMetaText(document: Pointer, tag: Pointer, buffer: Pointer, bytes: number): number;
  _FPDF_LoadPage(document: Pointer, index: number): Pointer;
  _FPDF_ClosePage(page: Pointer): void;
  _FPDF_GetPageWidthF(page: Pointer): number;
  _FPDF_GetPageHeightF(page: Pointer): number;
  _FPDF_RenderPageBitmap(
    ...call: [
      bitmap: Pointer,
      page: Pointer,
      x: number,
      y: number,
      width: number,
      height: number,
      turn: number,
      flags: number,
    ]
  ): void;
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, buffer: Pointer, stride: number): Pointer;
  _FPDFBitmap_FillRect(bitmap: Pointer, left: number, top: number, width: number, height: number, color: number): void;
  _FPDFBitmap_Destroy(bitmap: Pointer): void;
  _FPDF_GetPageBoundingBox(page: Pointer, rectangle: Pointer): number;
  _FPDFPage_CountObjects(page: Pointer): number;
  _FPDFPage_GetObject(page: Pointer, index: number): Pointer;
  _FPDFPageObj_GetType(object: Pointer): number;
  _FPDFPageObj_GetBounds(object: Pointer, left: Pointer, bottom: Pointer, right: Pointer, top: Pointer): number;
  _FPDFPage_GetAnnotCount(page: Pointer): number;
  _FPDFPage_GetAnnot(page: Pointer, index: number): Pointer;
  _FPDFPage_CloseAnnot(annotation: Pointer): void;
  _FPDFAnnot_GetSubtype(annotation: Pointer): number;
  _FPDFAnnot_GetFlags(annotation: Pointer): number;
  _FPDFAnnot_GetStringValue(annotation: Pointer, key: Pointer, buffer: Pointer, bytes: number): number;
  _FPDFText_LoadPage(page: Pointer): Pointer;
  _FPDFText_ClosePage(textPage: Pointer): void;
  _FPDFText_CountChars(textPage: Pointer): number;
  _FPDFText_GetTextObject(textPage: Pointer, index: number): Pointer;
  _FPDFText_GetUnicode(textPage: Pointer, index: number): number;
  _FPDFText_HasUnicodeMapError(textPage: Pointer, index: number): number;
  _FPDFText_IsHyphen(textPage: Pointer, index: number): number;
  _FPDFText_IsGenerated(textPage: Pointer, index: number): number;
  _FPDFText_GetCharAngle(textPage: Pointer, index: number): number;
  _FPDFText_GetCharOrigin(textPage: Pointer, index: number, x: Pointer, y: Pointer): number;
  _FPDFText_GetLooseCharBox(textPage: Pointer, index: number, rectangle: Pointer): number;
  _FPDFText_GetMatrix(textPage: Pointer, index: number, matrix: Pointer): number;
  _FPDFText_GetFontSize(textPage: Pointer, index: number): number;
  _FPDFText_GetFontWeight(textPage: Pointer, index: number): number;
  _FPDFText_GetFontInfo(textPage: Pointer, index: number, buffer: Pointer, bytes: number, flags: Pointer): number;
  readonly wasmExports: { malloc(bytes: number): Pointer; free(pointer: Pointer): void };
  readonly HEAPU8: Uint8Array;
  readonly HEAP32: Int32Array;
  readonly HEAPF32: Float32Array;
  readonly HEAPF64: Float64Array;
}

let loading: Promise<Pdfium> | undefined;

/** PDFium, compiled once a process: that takes about 70 ms. */
export function loadPdfium(): Promise<Pdfium> {
  loading ??= start();
  return loading;
}

/** After a fault inside PDFium its memory is not to be trusted: the next document gets a new instance. */
export function discardPdfium(): void {
  loading = undefined;
}

async function start(): Promise<Pdfium> {
  const pdfium = (await PDFiumModule({})) as unknown as Pdfium;
  pdfium._FPDF_InitLibraryWithConfig({ version: 2 });
  return pdfium;
}

/** Lends memory inside PDFium for as long as `use` runs. */
export function withMemory<Result>(pdfium: Pdfium, bytes: number, use: (pointer: Pointer) => Result): Result {
  const pointer = pdfium.wasmExports.malloc(bytes);
  try {
    return use(pointer);
  } finally {
    pdfium.wasmExports.free(pointer);
  }
}

const MAX_STRING_BYTES = 1 << 20;

/** A UTF-16LE string from a function that fills a buffer and tells how many bytes, the last zero included, it wants. */
export function readString(pdfium: Pdfium, fill: (buffer: Pointer, bytes: number) => number): string {
  const bytes = fill(0, 0);
  if (bytes <= 2 || bytes > MAX_STRING_BYTES) return '';
  return withMemory(pdfium, bytes, (buffer) => {
    fill(buffer, bytes);
    return new TextDecoder('utf-16le').decode(pdfium.HEAPU8.slice(buffer, buffer + bytes - 2));
  });
}

/** Lends an ASCII string, ended by zero. */
export function withAscii<Result>(pdfium: Pdfium, text: string, use: (pointer: Pointer) => Result): Result {
  return withMemory(pdfium, text.length + 1, (pointer) => {
    pdfium.HEAPU8.set(new TextEncoder().encode(`${text}\0`), pointer);
    return use(pointer);
  });
}
