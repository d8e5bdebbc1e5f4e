import { readFile } from 'node:fs/promises';
import { withPdfiumPage } from './pdf/pdfium-source.ts';
import { fragmentsOfWords } from './pdf/recognized-words.ts';
import { renderPage } from './pdf/render-page.ts';
import { runTesseract } from './pdf/run-tesseract.ts';
import type { PagesToRecognize, RecognizedPage } from './recognize-pages.ts';

/** In the worker: draws pages and has the text on them recognised, one after the other. */
export async function run({ content, pages, recognition }: PagesToRecognize): Promise<RecognizedPage[]> {
  const bytes = 'bytes' in content ? content.bytes : await readFile(content.path);
  const recognized: RecognizedPage[] = [];
  for (const number of pages) {
    const image = await withPdfiumPage(bytes, number, renderPage);
    const words = image && (await runTesseract(recognition, image.bytes));
    if (!image || words === undefined) continue;
    const { width, height, scale } = image;
    recognized.push({ number, width, height, fragments: fragmentsOfWords(words, scale) });
  }
  return recognized;
}
