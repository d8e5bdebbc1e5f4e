import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { PDFPageProxy, TextItem } from 'pdfjs-dist/types/src/display/api.js';
import { unreadable } from '../unreadable.ts';
import type { Fragment, PageContent, PageSource } from './page-content.ts';
import { type QuarterTurn, quarterTurnOf, type ReadingSpace, readingSpace } from './reading-space.ts';

/** In the text of an item: its font has no Unicode values, and what came out are numbers of glyphs. */
const CONTROL = /(?!\s)\p{Cc}/u;

/**
 * Opens a PDF with PDF.js: several times slower than PDFium, but it reads some damaged files and fonts that PDFium does not.
 *
 * @throws LoamError `document-unreadable`: `encrypted` or `damaged`.
 */
export async function openWithPdfjs(bytes: Uint8Array): Promise<PageSource> {
  // Imported on demand: most documents never need it, and loading takes 0.3 s.
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const opening = getDocument({ data: new Uint8Array(bytes), ...resources(), verbosity: 0, useSystemFonts: false });
  const document = await opening.promise.catch(async (error: unknown) => {
    await opening.destroy();
    const isLocked = error instanceof Error && error.name === 'PasswordException';
    throw unreadable(isLocked ? 'encrypted' : 'damaged', error);
  });
  return {
    pages: document.numPages,
    async read(number) {
      const page = await document.getPage(number);
      const content = await readPage(page, number);
      page.cleanup();
      return content;
    },
    async close() {
      await opening.destroy();
    },
  };
}

/** Where the character maps of Chinese, Japanese and Korean fonts and the standard fonts are. */
function resources(): { cMapUrl: string; cMapPacked: true; standardFontDataUrl: string; wasmUrl: string } {
  const folder = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  const at = (name: string): string => join(folder, name) + sep;
  return { cMapUrl: at('cmaps'), cMapPacked: true, standardFontDataUrl: at('standard_fonts'), wasmUrl: at('wasm') };
}

async function readPage(page: PDFPageProxy, number: number): Promise<PageContent> {
  const { items } = await page.getTextContent();
  const texts = items.filter((item): item is TextItem => 'str' in item && item.str !== '' && !CONTROL.test(item.str));
  const turn = mainTurn(texts);
  const [left = 0, bottom = 0, right = 0, top = 0] = page.view;
  const space = readingSpace({ left, bottom, right, top }, turn);
  const upright = texts.filter((item) => turnOf(item) === turn);
  const turned = texts.filter((item) => turnOf(item) !== turn).map((item) => item.str.trim());
  return {
    number,
    width: space.width,
    height: space.height,
    fragments: joinSpaces(upright.map((item) => toFragment(item, space))),
    asides: turned.filter((text) => text !== ''),
    hasImages: false,
    isCovered: false,
    unmapped: 0,
  };
}

function turnOf({ transform: [a, b] }: TextItem): QuarterTurn | undefined {
  return quarterTurnOf((2 * Math.PI - Math.atan2(b, a)) % (2 * Math.PI));
}

function mainTurn(items: readonly TextItem[]): QuarterTurn {
  const counts = [0, 0, 0, 0];
  for (const item of items) {
    const turn = turnOf(item);
    if (turn !== undefined) counts[turn] = (counts[turn] ?? 0) + item.str.length;
  }
  return counts.indexOf(Math.max(...counts)) as QuarterTurn;
}

function toFragment({ str, transform, width }: TextItem, space: ReadingSpace): Fragment {
  const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = transform as number[];
  const length = Math.hypot(a, b) || 1;
  const start = space.place({ x, y });
  const end = space.place({ x: x + (a / length) * width, y: y + (b / length) * width });
  return {
    text: str,
    left: Math.min(start.x, end.x),
    right: Math.max(start.x, end.x),
    baseline: start.y,
    size: Math.max(1, Math.hypot(c, d)),
    isBold: false,
  };
}

/** Items of nothing but spaces become the last character of the fragment before them. */
function joinSpaces(fragments: readonly Fragment[]): Fragment[] {
  const joined: Fragment[] = [];
  for (const fragment of fragments) {
    const last = joined.at(-1);
    if (fragment.text.trim() !== '') joined.push(fragment);
    else if (last) joined[joined.length - 1] = { ...last, text: `${last.text.trimEnd()} ` };
  }
  return joined;
}
