import type { Block } from '../contract.ts';
import { createDocumentWriter, type DocumentWriter, type ParagraphForm } from './document-writer.ts';
import { type ElementTable, walkXml } from './xml-walker.ts';

/** The text of a SmartArt diagram's data part: a paragraph for each text of a point (ECMA-376-1, 21.4). */
export function readDrawingText(pieces: Iterable<Uint8Array> | undefined): Block[] {
  const writer = createDocumentWriter();
  walkXml(pieces ?? [], { skip: new Set(['Fallback']), ...drawingElements(writer) });
  return writer.finish();
}

/**
 * Paragraphs and runs of DrawingML (ECMA-376-1, 21.1.2), the text of shapes in all of Office. `form` is what a paragraph is
 * before it says so itself.
 */
export function drawingElements(
  writer: DocumentWriter,
  form: () => ParagraphForm = () => ({}),
): Required<Pick<ElementTable, 'open' | 'close' | 'text'>> {
  let inText = 0;
  let paragraphs = 0;
  return {
    open: {
      p() {
        paragraphs += 1;
        writer.openParagraph(form());
      },
      t() {
        inText += 1;
      },
      br: () => writer.write('\n'),
      tab: () => writer.write('\t'),
    },
    close: {
      p() {
        paragraphs -= 1;
        writer.closeParagraph();
      },
      t() {
        inText -= 1;
      },
    },
    text(text) {
      // A point of a diagram has its paragraphs in an element that is called as a run's text is.
      if (inText > 0 && paragraphs > 0) writer.write(text);
    },
  };
}
