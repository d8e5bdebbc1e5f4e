import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** Pages of a PDF, counted by another library than the one that is measured. */
export async function countPages(file: Uint8Array): Promise<number> {
  const document = await getDocument({ data: new Uint8Array(file), verbosity: 0 }).promise;
  const { numPages } = document;
  await document.destroy();
  return numPages;
}
