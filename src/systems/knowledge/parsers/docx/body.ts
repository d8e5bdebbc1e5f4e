import type { Block } from '../contract.ts';
import { createDocumentWriter, type DocumentWriter } from '../office/document-writer.ts';
import { type Attributes, attribute, type ElementTable, walkXml } from '../office/xml-walker.ts';
import type { Numbering } from './numbering.ts';
import type { ParagraphStyle } from './styles.ts';

/** What the walker of one part needs to know of the others. */
export interface BodyContext {
  readonly styles: ReadonlyMap<string, ParagraphStyle>;
  readonly numbering: Numbering;
  /** The blocks of a note, once: a second reference to it gives none. */
  takeNote(kind: 'footnote' | 'endnote' | 'comment', id: string): readonly Block[];
  /** The blocks of a diagram, chart or foreign part that is shown at this place. */
  takePart(relationId: string): readonly Block[];
  /** Told of each paragraph in the style of titles. */
  onTitle?(): void;
}

/**
 * Old versions of what stands elsewhere (`Fallback`), what a revision took away, codes of fields, properties before a
 * change, and readings above East Asian characters.
 */
const SKIPPED = new Set(
  (
    'Fallback del moveFrom delText delInstrText instrText fldData binData rt tblGrid ' +
    'rPrChange pPrChange sectPrChange tblPrChange trPrChange tcPrChange tblGridChange numberingChange'
  ).split(' '),
);

/** Walks the text of a main part, header, footer, note or comment (ECMA-376-1, 17). */
export function readBody(pieces: Iterable<Uint8Array>, context: BodyContext): Block[] {
  const writer = createDocumentWriter();
  walkXml(pieces, { skip: SKIPPED, ...elementsOf(writer, context) });
  return writer.finish();
}

/** The elements of a body; shared with the readers of notes, which hold several bodies in one part. */
export function elementsOf(
  writer: DocumentWriter,
  context: BodyContext,
): Pick<ElementTable, 'open' | 'close' | 'text'> {
  const runs = runElements(writer);
  const paragraphs = paragraphElements(writer, context);
  return {
    open: { ...tableElements(writer), ...paragraphs.open, ...runs.open, ...references(writer, context) },
    close: {
      tbl: () => writer.closeTable(),
      tc: () => writer.closeCell(),
      ...paragraphs.close,
      ...runs.close,
    },
    text: runs.text,
  };
}

type Elements = NonNullable<ElementTable['open']>;

function tableElements(writer: DocumentWriter): Elements {
  return {
    tbl: () => writer.openTable(),
    tr: () => writer.openRow(),
    tc: () => writer.openCell(),
    // A row that begins late has no cells before, but its columns count.
    gridBefore: (attributes) => writer.openCell({ columns: Number(attribute(attributes, 'w:val')) }),
    tblHeader: (attributes) => {
      if (isOn(attributes)) writer.markHeaderRow();
    },
    gridSpan: (attributes) => writer.spanCell(Number(attribute(attributes, 'w:val'))),
  };
}

function paragraphElements(writer: DocumentWriter, context: BodyContext): Pick<ElementTable, 'open' | 'close'> {
  let style: ParagraphStyle = {};
  let numbering: { id?: string; level?: number } = {};
  return {
    open: {
      p: () => writer.openParagraph(),
      pPr() {
        style = {};
        numbering = {};
      },
      pStyle(attributes) {
        style = context.styles.get(attribute(attributes, 'w:val') ?? '') ?? {};
        numbering = { ...style.numbering };
        if (style.isTitle) context.onTitle?.();
      },
      outlineLvl(attributes) {
        const level = Number(attribute(attributes, 'w:val'));
        if (level < 9) style = { ...style, level: level + 1 };
      },
      numId: (attributes) => void Object.assign(numbering, { id: attribute(attributes, 'w:val') }),
      ilvl: (attributes) => void Object.assign(numbering, { level: Number(attribute(attributes, 'w:val')) }),
    },
    close: {
      p: () => writer.closeParagraph(),
      pPr: () => writer.form(formOf(style, numbering, context.numbering)),
    },
  };
}

function formOf(
  style: ParagraphStyle,
  { id, level }: { id?: string; level?: number },
  numbering: Numbering,
): Parameters<DocumentWriter['form']>[0] {
  const item = id === undefined ? undefined : numbering.next(id, level ?? (style.level ?? 1) - 1);
  const marker = item?.marker ?? '';
  if (style.isTitle) return { kind: 'heading', level: 1 };
  // A heading in a list of bullets is one all the same, but nobody reads its bullet.
  if (style.level !== undefined) return { kind: 'heading', level: style.level, marker: item?.isBullet ? '' : marker };
  return marker === '' ? {} : { kind: 'list-item', marker };
}

function runElements(writer: DocumentWriter): Pick<ElementTable, 'open' | 'close'> & { text(text: string): void } {
  let texts = 0;
  let isHidden = false;
  return {
    open: {
      r() {
        isHidden = false;
      },
      vanish(attributes) {
        isHidden = isOn(attributes);
      },
      t() {
        texts += 1;
      },
      // In paragraph properties a tab is a place to stop at, and has one.
      tab: (attributes) => {
        if (attribute(attributes, 'w:pos') === undefined) writer.write('\t');
      },
      ptab: () => writer.write('\t'),
      br: () => writer.write('\n'),
      cr: () => writer.write('\n'),
      noBreakHyphen: () => writer.write('-'),
    },
    close: {
      t() {
        texts -= 1;
      },
      r() {
        isHidden = false;
      },
    },
    text(text) {
      if (texts > 0 && !isHidden) writer.write(text);
    },
  };
}

function references(writer: DocumentWriter, context: BodyContext): Elements {
  const note = (kind: 'footnote' | 'endnote' | 'comment') => (attributes: Attributes) =>
    writer.add(...context.takeNote(kind, attribute(attributes, 'w:id') ?? ''));
  const part = (name: string) => (attributes: Attributes) =>
    writer.add(...context.takePart(attribute(attributes, name) ?? ''));
  return {
    footnoteReference: note('footnote'),
    endnoteReference: note('endnote'),
    commentReference: note('comment'),
    relIds: part('r:dm'),
    chart: part('r:id'),
    altChunk: part('r:id'),
  };
}

function isOn(attributes: Attributes): boolean {
  return !/^(?:0|false|off)$/.test(attribute(attributes, 'w:val') ?? 'true');
}
