import { cleanCharacters, inOneLine } from '../clean-text.ts';
import { type ElementTable, walkXml } from './xml-walker.ts';

/** What programs write where nobody gave a title. */
const NO_TITLE = /^(?:untitled|document\d*|presentation\d*|powerpoint presentation|title|no title|slide 1)$/i;

/** The title of the Dublin Core properties that OOXML, OpenDocument and EPUB all have; undefined where nobody gave one. */
export function titleIn(pieces: Iterable<Uint8Array> | undefined): string | undefined {
  let title = '';
  let isDone = false;
  let isOpen = false;
  const table: ElementTable = {
    open: {
      title() {
        isOpen = !isDone;
      },
    },
    close: {
      title() {
        isOpen = false;
        isDone = /\S/.test(title);
      },
    },
    text(text) {
      if (isOpen) title += text;
    },
  };
  walkXml(pieces ?? [], table);
  return titleOf(title);
}

/** In one line; undefined where there is nothing that a person would have written. */
export function titleOf(text: string | undefined): string | undefined {
  const line = inOneLine(cleanCharacters(text ?? ''));
  return line === '' || NO_TITLE.test(line) ? undefined : line;
}
