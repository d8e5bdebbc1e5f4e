import { type Pdfium, readString, withAscii } from './pdfium-library.ts';

// fpdf_annot.h: notes whose text stands on the page (FreeText) and form fields (Widget).
const FREE_TEXT = 3;
const WIDGET = 20;
const FLAG_HIDDEN = 2;
const MAX_NOTES = 5000;

/** The text of a page's notes and the values of its form fields, in the order of the file. */
export function readNotes(pdfium: Pdfium, page: number): string[] {
  const count = Math.min(pdfium._FPDFPage_GetAnnotCount(page), MAX_NOTES);
  const notes: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const note = readNote(pdfium, page, index);
    if (note !== '') notes.push(note);
  }
  return notes;
}

function readNote(pdfium: Pdfium, page: number, index: number): string {
  const annotation = pdfium._FPDFPage_GetAnnot(page, index);
  if (annotation === 0) return '';
  try {
    const key = keyOf(pdfium._FPDFAnnot_GetSubtype(annotation));
    if (key === undefined || (pdfium._FPDFAnnot_GetFlags(annotation) & FLAG_HIDDEN) !== 0) return '';
    return withAscii(pdfium, key, (name) =>
      readString(pdfium, (buffer, bytes) => pdfium._FPDFAnnot_GetStringValue(annotation, name, buffer, bytes)),
    ).trim();
  } finally {
    pdfium._FPDFPage_CloseAnnot(annotation);
  }
}

function keyOf(subtype: number): string | undefined {
  if (subtype === FREE_TEXT) return 'Contents';
  return subtype === WIDGET ? 'V' : undefined;
}
