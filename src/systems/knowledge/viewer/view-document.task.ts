import type { Block, ParsedDocument } from '../parsers/contract.ts';
import { PARSERS } from '../parsers/index.ts';
import { parseDocument } from '../parsers/parse-document.ts';
import { type Mark, markPassage } from './mark-passage.ts';
import type { DocumentToView, ViewedDocument } from './view-document.ts';

const MOST_CHARACTERS = 200_000;
/** Blocks shown before and after a passage of a document without pages. */
const AROUND = 20;

/** In the worker: only what is shown comes back. */
export async function run({ bytes, name, mediaType, page, passage }: DocumentToView): Promise<ViewedDocument> {
  const context = { name, ...(mediaType !== undefined && { mediaType }) };
  const parsed = await parseDocument(PARSERS, bytes, context);
  const onPage = page === undefined ? parsed.blocks : parsed.blocks.filter((block) => isNear(block, page));
  const marks = markPassage(
    onPage.map(({ text }) => text),
    passage ?? '',
  );
  const { from, to } = page === undefined ? windowOf(marks) : { from: 0, to: onPage.length };
  return describe(parsed, onPage.slice(from, to), marks.slice(from, to), onPage.length > to - from);
}

// A passage begins on its page, and may end on the next one.
function isNear(block: Block, page: number): boolean {
  return block.page === page || block.page === page + 1;
}

function windowOf(marks: readonly (readonly Mark[])[]): { from: number; to: number } {
  const first = Math.max(
    0,
    marks.findIndex((of) => of.length > 0),
  );
  const last = marks.findLastIndex((of) => of.length > 0);
  return { from: Math.max(0, first - AROUND), to: Math.min(marks.length, Math.max(last, first) + AROUND + 1) };
}

function describe(
  { format, title, pages }: ParsedDocument & { readonly format: string },
  blocks: readonly Block[],
  marks: readonly Mark[][],
  isPart: boolean,
): ViewedDocument {
  let characters = 0;
  const shown = blocks
    .map(({ kind, text, page, level }, at) => ({
      ...{ kind, text, marks: marks[at] ?? [] },
      ...(page !== undefined && { page }),
      ...(level !== undefined && { level }),
    }))
    .filter(({ text }) => {
      characters += text.length;
      return characters <= MOST_CHARACTERS;
    });
  return {
    format,
    ...(title !== undefined && { title }),
    ...(pages !== undefined && { pages }),
    blocks: shown,
    isPart: isPart || shown.length < blocks.length,
  };
}
