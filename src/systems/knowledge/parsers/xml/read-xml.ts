import { inOneLine } from '../clean-text.ts';
import type { Block } from '../contract.ts';
import { type Attributes, walkXmlText } from '../office/xml-walker.ts';
import { createRecordWriter, type RecordWriter } from './record-writer.ts';

const TITLE = /^(?:title|heading|headline|head|subject|h[1-6])$/i;
/** Attributes that say something about the file and nothing about its subject. */
const MACHINERY = /^(?:xmlns|xml:|xsi:)/;
const DEEPEST_DOCUMENT_TITLE = 4;

interface OpenElement {
  readonly name: string;
  readonly attributes: Attributes;
  /** Text, and the text of elements within it. */
  text: string;
  /** Whether text stands beside elements: then they are parts of a sentence. */
  isMixed: boolean;
  hasElements: boolean;
  /** Elements that hold nothing but text, since the last one that holds elements. */
  readonly leaves: Array<{ readonly name: string; readonly text: string }>;
}

/**
 * Any XML as blocks. An element that holds text, or text and elements, is a piece of text; one that holds only elements is
 * structure, and the short texts in it are a record: `price: 12`.
 */
export function readXml(text: string): { title: string | undefined; blocks: Block[] } {
  const writer = createRecordWriter();
  const open: OpenElement[] = [];
  let title: string | undefined;
  const leaf = (element: OpenElement): void => {
    const { name } = element;
    const content = element.text.trim() === '' ? describeAttributes(element.attributes) : element.text;
    if (TITLE.test(name) && open.length < DEEPEST_DOCUMENT_TITLE) title ??= inOneLine(content);
    const parent = open.at(-1);
    if (!parent) flush(writer, 1, [{ name: '', text: content }]);
    else if (parent.isMixed) parent.text += element.text;
    else parent.leaves.push({ name, text: content });
  };
  walkXmlText(text, {
    otherwise(name, attributes) {
      const parent = open.at(-1);
      const grandparent = open.at(-2);
      if (parent) parent.hasElements = true;
      // The parent is structure, so that what stands before it is complete.
      if (parent && grandparent && !parent.isMixed && !grandparent.isMixed)
        flush(writer, open.length - 1, grandparent.leaves.splice(0));
      open.push({ name, attributes, text: '', isMixed: false, hasElements: false, leaves: [] });
    },
    otherwiseClose() {
      const element = open.pop();
      if (!element) return;
      if (element.isMixed || !element.hasElements) leaf(element);
      else flush(writer, open.length + 1, element.leaves);
    },
    text(data) {
      const element = open.at(-1);
      if (!element) return;
      if (/\S/.test(data) && !element.isMixed) {
        element.isMixed = true;
        element.text += element.leaves
          .splice(0)
          .map((one) => one.text)
          .join(' ');
      }
      element.text += data;
    },
  });
  return { title, blocks: writer.finish() };
}

function flush(
  writer: RecordWriter,
  depth: number,
  leaves: ReadonlyArray<{ readonly name: string; readonly text: string }>,
): void {
  for (const { name, text } of leaves) {
    if (TITLE.test(name)) writer.heading(text, Math.max(depth - 1, 1));
    else writer.field(name, text);
  }
  writer.endRecord();
}

function describeAttributes(attributes: Attributes): string {
  return Object.entries(attributes)
    .filter(([name]) => !MACHINERY.test(name))
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}
