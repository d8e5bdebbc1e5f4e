import type { Block } from '../contract.ts';
import { html } from '../html.ts';
import { readChart } from '../office/chart.ts';
import { createDocumentWriter } from '../office/document-writer.ts';
import { readDrawingText } from '../office/drawing-text.ts';
import type { Relation } from '../office/package-relations.ts';
import { attribute, walkXml } from '../office/xml-walker.ts';
import type { ZipArchive } from '../office/zip.ts';
import { type BodyContext, elementsOf } from './body.ts';

/** Notes and comments by their ids. */
export type Notes = Map<string, Block[]>;

/** A part that holds many small bodies: footnotes, endnotes or comments. Lines that divide notes from the text are none. */
export function readNotes(
  pieces: Iterable<Uint8Array> | undefined,
  element: 'footnote' | 'endnote' | 'comment',
  context: BodyContext,
): Notes {
  const notes: Notes = new Map();
  let id = '';
  let author = '';
  const writer = createDocumentWriter();
  const elements = elementsOf(writer, context);
  walkXml(pieces ?? [], {
    skip: new Set(['Fallback', 'del', 'moveFrom', 'delText', 'instrText', 'annotationRef']),
    ...elements,
    open: {
      ...elements.open,
      [element](attributes) {
        writer.finish();
        id = attribute(attributes, 'w:type') === undefined ? (attribute(attributes, 'w:id') ?? '') : '';
        author = attribute(attributes, 'w:author') ?? '';
      },
    },
    close: {
      ...elements.close,
      [element]() {
        if (id !== '') notes.set(id, signed(writer.finish(), element, author));
        id = '';
      },
    },
  });
  return notes;
}

function signed(blocks: Block[], element: string, author: string): Block[] {
  const [first, ...others] = blocks;
  if (element !== 'comment' || !first) return blocks;
  const name = author.replace(/\s+/g, ' ').trim();
  return [{ ...first, text: `Comment${name === '' ? '' : ` by ${name}`}: ${first.text}` }, ...others];
}

/** Blocks of what a main part shows at a place: charts, diagrams and pages of HTML that Word was given as they are. */
export async function readShownParts(
  archive: ZipArchive,
  relations: readonly Relation[],
): Promise<Map<string, Block[]>> {
  const shown = new Map<string, Block[]>();
  for (const { id, type, target } of relations) {
    if (type === 'chart') shown.set(id, readChart(archive.stream(target)));
    else if (type === 'diagramData') shown.set(id, readDrawingText(archive.stream(target)));
    else if (type === 'aFChunk' && /\.x?html?$/i.test(target)) {
      const page = await html.parse(archive.read(target) ?? new Uint8Array(), { name: target });
      shown.set(id, [...page.blocks]);
    }
  }
  return shown;
}
