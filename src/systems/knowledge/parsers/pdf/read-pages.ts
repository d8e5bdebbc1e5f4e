import { isLoamError } from '../../../../core/errors.ts';
import { unreadable } from '../unreadable.ts';
import type { PageContent, PageSource } from './page-content.ts';
import { discardPdfium } from './pdfium-library.ts';
import { openWithPdfium } from './pdfium-source.ts';
import { openWithPdfjs } from './pdfjs-source.ts';

/** A page with more characters than this share that only a font can draw gets a second opinion. */
const UNMAPPED = 0.1;

export interface PdfPages {
  readonly title?: string;
  readonly pages: readonly PageContent[];
}

/**
 * All pages, read by PDFium; by PDF.js what PDFium cannot open, finds nothing in, or has no Unicode values for.
 *
 * @throws LoamError `document-unreadable` with what the first of them said.
 */
export async function readPages(bytes: Uint8Array): Promise<PdfPages> {
  const first = await readFirst(bytes);
  if (first instanceof Error) return readInstead(bytes, first);
  const doubtful = first.pages.every(isEmpty) ? first.pages : first.pages.filter(isDoubtful);
  if (doubtful.length === 0) return first;
  const better = await readAgain(bytes, doubtful);
  return { ...first, pages: first.pages.map((page) => better.get(page.number) ?? page) };
}

// The types of Node 20 do not have WebAssembly.RuntimeError, which is what a fault inside PDFium ends in.
function isWasmFault(error: unknown): boolean {
  return error instanceof Error && error.name === 'RuntimeError';
}

/** What PDFium makes of it, or why that is nothing. */
async function readFirst(bytes: Uint8Array): Promise<PdfPages | Error> {
  try {
    const source = await openWithPdfium(bytes);
    return { pages: await readAll(source), ...(source.title !== undefined && { title: source.title }) };
  } catch (error) {
    if (isWasmFault(error)) {
      discardPdfium();
      return unreadable('damaged', error);
    }
    if (!isLoamError(error, 'document-unreadable') || error.details.problem === 'encrypted') throw error;
    return error;
  }
}

async function readInstead(bytes: Uint8Array, error: Error): Promise<PdfPages> {
  const second = await openWithPdfjs(bytes).catch((other: unknown) => {
    throw isLoamError(other, 'document-unreadable') && other.details.problem === 'encrypted' ? other : error;
  });
  const pages = await readAll(second).catch((other: unknown) => {
    throw unreadable('damaged', other);
  });
  return { pages };
}

/** What PDF.js makes of some pages, where that is more than is known of them. */
async function readAgain(bytes: Uint8Array, pages: readonly PageContent[]): Promise<Map<number, PageContent>> {
  const better = new Map<number, PageContent>();
  const source = await openWithPdfjs(bytes).catch(ignoreUnreadable);
  if (!source) return better;
  for (const page of pages) {
    // A second opinion is welcome; a page that it fails on stays as the first one has it.
    const again = await source.read(page.number).catch(() => undefined);
    if (again && letters(again) > letters(page)) {
      better.set(page.number, { ...again, asides: [...again.asides, ...page.asides], hasImages: page.hasImages });
    }
  }
  await source.close();
  return better;
}

function ignoreUnreadable(error: unknown): undefined {
  if (!isLoamError(error, 'document-unreadable')) throw error;
}

async function readAll(source: PageSource): Promise<PageContent[]> {
  const pages: PageContent[] = [];
  try {
    for (let number = 1; number <= source.pages; number += 1) pages.push(await source.read(number));
  } finally {
    await source.close();
  }
  return pages;
}

function isEmpty({ fragments }: PageContent): boolean {
  return fragments.length === 0;
}

function isDoubtful(page: PageContent): boolean {
  return page.unmapped > UNMAPPED * page.fragments.reduce((sum, { text }) => sum + text.length, 0);
}

function letters({ fragments }: PageContent): number {
  return fragments.reduce((sum, { text }) => sum + (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0), 0);
}
