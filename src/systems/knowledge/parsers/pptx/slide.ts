import type { Block } from '../contract.ts';
import { createDocumentWriter, type DocumentWriter } from '../office/document-writer.ts';
import { drawingElements } from '../office/drawing-text.ts';
import { attribute, type ElementTable, walkXml } from '../office/xml-walker.ts';

/** What is shown on a slide. */
export interface Slide {
  readonly title: readonly Block[];
  readonly blocks: readonly Block[];
  /** The line at the foot, the same on most slides. */
  readonly footer: readonly Block[];
}

type Elements = NonNullable<ElementTable['open']>;
type Place = keyof Slide | 'nowhere';

/** Kinds of placeholder (ECMA-376-1, 19.7.10) that hold no list, and where their text goes. */
const PLACES: Readonly<Record<string, Place>> = {
  title: 'title',
  ctrTitle: 'title',
  ftr: 'footer',
  dt: 'nowhere',
  sldNum: 'nowhere',
  hdr: 'nowhere',
  sldImg: 'nowhere',
};
const LISTS = new Set(['body', 'obj', '']);

/** The shapes of a slide or of its notes, in the order of the file, with their texts, tables, charts and diagrams. */
export function readSlide(
  pieces: Iterable<Uint8Array>,
  takePart: (relationId: string) => readonly Block[] = () => [],
): Slide {
  const slide: { title: Block[]; blocks: Block[]; footer: Block[] } = { title: [], blocks: [], footer: [] };
  const writer = createDocumentWriter();
  const placeholder: { kind: string | undefined } = { kind: undefined };
  const finishShape = (): void => {
    const place = PLACES[placeholder.kind ?? ''] ?? 'blocks';
    const blocks = writer.finish();
    if (place !== 'nowhere') slide[place].push(...blocks);
    placeholder.kind = undefined;
  };
  const drawing = drawingElements(writer, () => listForm(placeholder.kind));
  walkXml(pieces, {
    skip: new Set(['Fallback', 'extLst']),
    open: {
      ...drawing.open,
      ...tableElements(writer),
      ...listElements(writer),
      sp: finishShape,
      graphicFrame: finishShape,
      ph: (attributes) => {
        placeholder.kind = attribute(attributes, 'type') ?? '';
      },
      chart: (attributes) => writer.add(...takePart(attribute(attributes, 'r:id') ?? '')),
      relIds: (attributes) => writer.add(...takePart(attribute(attributes, 'r:dm') ?? '')),
    },
    close: {
      ...drawing.close,
      tbl: () => writer.closeTable(),
      tc: () => writer.closeCell(),
      sp: finishShape,
      graphicFrame: finishShape,
    },
    text: drawing.text,
  });
  finishShape();
  return { ...slide, title: slide.title.map((block): Block => ({ ...block, kind: 'heading', level: 1 })) };
}

function tableElements(writer: DocumentWriter): Elements {
  return {
    tbl: () => writer.openTable(),
    tr: () => writer.openRow(),
    // Cells that another one covers are in the file, empty: nothing needs to be spanned.
    tc: () => writer.openCell(),
  };
}

function listElements(writer: DocumentWriter): Elements {
  const numbers: number[] = [];
  let level = 0;
  const bullet = (marker: string) => writer.form({ kind: 'list-item', marker });
  return {
    pPr(attributes) {
      level = Math.min(Number(attribute(attributes, 'lvl') ?? 0) || 0, 8);
    },
    buNone: () => writer.form({ kind: 'paragraph', marker: '' }),
    buChar: () => bullet('•'),
    buAutoNum(attributes) {
      numbers.length = level + 1;
      numbers[level] = (numbers[level] ?? Number(attribute(attributes, 'startAt') ?? 1) - 1) + 1;
      bullet(`${numbers[level]}.`);
    },
    // A shape's numbers begin with it.
    txBody() {
      numbers.length = 0;
      level = 0;
    },
  };
}

/** Bodies of slides are lists by their layout, unless a paragraph says otherwise. */
function listForm(kind: string | undefined): { kind?: 'list-item'; marker?: string } {
  return kind !== undefined && LISTS.has(kind) ? { kind: 'list-item', marker: '•' } : {};
}
