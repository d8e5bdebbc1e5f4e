// Pages a second of PDF documents to chunks: PDFium and PDF.js alone (text as they give it), Loam in one process, and Loam's
// worker processes. By default the clinical documents of ../shared/data.
// npm run build && node --import tsx bench/documents.ts [file.pdf ...]
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { run } from '../src/systems/knowledge/parsers/read-document.task.ts';
import { readDocument } from '../src/systems/knowledge/parsers/read-document.ts';
import { createWorkerPool } from '../src/workers/index.ts';

const folder = fileURLToPath(new URL('../../shared/data/documents/pdf/', import.meta.url));
const given = process.argv.slice(2);
const files = given.length > 0 ? given : clinicalDocuments();

function clinicalDocuments(): string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith('clinical__'))
    .map((name) => folder + name);
}

async function measure(name: string, readAll: () => Promise<number>): Promise<void> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const pages = await readAll();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1000 / pages;
  console.log(
    `${name.padEnd(28)} ${String(pages).padStart(5)} pages ${(pages / seconds).toFixed(0).padStart(6)} pages/s` +
      ` ${cpuMs.toFixed(1).padStart(7)} CPU ms/page here`,
  );
}

async function oneByOne(readFile: (path: string) => Promise<number>): Promise<number> {
  let pages = 0;
  for (const path of files) pages += await readFile(path);
  return pages;
}

async function byPdfium(path: string): Promise<number> {
  const document = await library.loadDocument(readFileSync(path));
  for (const page of document.pages()) page.getText();
  const pages = document.getPageCount();
  document.destroy();
  return pages;
}

async function byPdfjs(path: string): Promise<number> {
  const opening = getDocument({ data: new Uint8Array(readFileSync(path)), verbosity: 0 });
  const document = await opening.promise;
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    await page.getTextContent();
    page.cleanup();
  }
  const pages = document.numPages;
  await opening.destroy();
  return pages;
}

async function byLoam(path: string): Promise<number> {
  const read = await run({ content: { path }, name: path });
  return 'pages' in read ? (read.pages ?? 0) : 0;
}

const library = await PDFiumLibrary.init();
const pool = createWorkerPool();
await measure('PDFium, text alone', () => oneByOne(byPdfium));
await measure('PDF.js, text alone', () => oneByOne(byPdfjs));
await measure('Loam, one process', () => oneByOne(byLoam));
await measure('Loam, worker processes', async () => {
  const read = await Promise.all(files.map((path) => readDocument(pool, { content: { path }, name: path })));
  return read.reduce((sum, { pages }) => sum + (pages ?? 0), 0);
});
await pool.close();
