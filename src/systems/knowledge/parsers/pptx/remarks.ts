import type { Block } from '../contract.ts';
import { createDocumentWriter } from '../office/document-writer.ts';
import type { Relation } from '../office/package-relations.ts';
import { walkXml } from '../office/xml-walker.ts';
import type { ZipArchive } from '../office/zip.ts';
import { readSlide } from './slide.ts';

/** What is said about a slide but not shown on it: its notes and comments, each marked as such. */
export function readRemarks(archive: ZipArchive, relations: readonly Relation[]): Block[] {
  const pieces = (type: string): Array<Iterable<Uint8Array>> =>
    relations
      .filter((relation) => relation.type === type)
      .map(({ target }) => archive.stream(target))
      .filter((stream) => stream !== undefined);
  const notes = pieces('notesSlide').flatMap((stream) => readSlide(stream).blocks);
  const comments = pieces('comments').flatMap(readComments);
  return [...marked('Notes', notes), ...comments.flatMap((comment) => marked('Comment', [comment]))];
}

function marked(mark: string, blocks: readonly Block[]): Block[] {
  return blocks.map(({ text, ...block }, index): Block => {
    const plain = text.replace(/^• /, '');
    if (index > 0) return { ...block, text };
    return { ...block, kind: 'paragraph', text: `${mark}: ${plain}` };
  });
}

/** Comments of both forms: a text of its own element, or paragraphs of DrawingML (since 2021). */
function readComments(pieces: Iterable<Uint8Array>): Block[] {
  const writer = createDocumentWriter();
  let inText = 0;
  const open = (): void => {
    inText += 1;
  };
  const close = (): void => {
    inText -= 1;
  };
  walkXml(pieces, {
    open: {
      cm: () => writer.openParagraph(),
      reply: () => writer.openParagraph(),
      text: open,
      t: open,
    },
    close: {
      cm: () => writer.closeParagraph(),
      reply: () => writer.closeParagraph(),
      p: () => writer.write('\n'),
      text: close,
      t: close,
    },
    text(text) {
      if (inText > 0) writer.write(text);
    },
  });
  return writer.finish();
}
