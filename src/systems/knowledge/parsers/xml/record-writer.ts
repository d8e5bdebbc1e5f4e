import { Parser as Tokenizer } from 'htmlparser2';
import { cleanCharacters, collapseSpace, inOneLine } from '../clean-text.ts';
import type { Block } from '../contract.ts';
import { createHtmlReader } from '../html-reader.ts';

/** Longer texts speak for themselves. */
const FIELD_CHARACTERS = 300;
const BLOCK_CHARACTERS = 1500;
const PROSE = /^(?:p|para|paragraph|text|abstract|description|summary|body|content|note|quote|li|item|t|)$/i;
/** Feeds carry pages in their elements. */
const MARKUP = /<(?:p|br|div|ul|ol|h[1-6]|table|a|b|i|em|strong|span|img)\b[^<>]*>/i;

/** Writes fields as lines of one block, and prose as paragraphs. */
export interface RecordWriter {
  heading(text: string, level: number): void;
  field(name: string, text: string): void;
  endRecord(): void;
  finish(): Block[];
}

export function createRecordWriter(): RecordWriter {
  const blocks: Block[] = [];
  let record = '';
  const endRecord = (): void => {
    if (record !== '') blocks.push({ kind: 'paragraph', text: record });
    record = '';
  };
  return {
    endRecord,
    heading(text, level) {
      endRecord();
      const line = inOneLine(cleanCharacters(text));
      if (line !== '') blocks.push({ kind: 'heading', level: Math.min(level, 6), text: line });
    },
    field(name, text) {
      if (MARKUP.test(text)) {
        endRecord();
        for (const block of blocksOfPage(text)) blocks.push(block);
        return;
      }
      const cleaned = collapseSpace(cleanCharacters(text));
      if (cleaned === '') return;
      if (PROSE.test(name) || cleaned.length > FIELD_CHARACTERS) {
        endRecord();
        blocks.push({ kind: 'paragraph', text: collapseSpace(cleaned.replace(/(?<!\n)\n(?!\n)/g, ' ')) });
        return;
      }
      const line = `${name}: ${inOneLine(cleaned)}`;
      if (record.length + line.length > BLOCK_CHARACTERS) endRecord();
      record += record === '' ? line : `\n${line}`;
    },
    finish() {
      endRecord();
      return blocks;
    },
  };
}

function blocksOfPage(text: string): Block[] {
  const reader = createHtmlReader();
  new Tokenizer(reader.handler, { decodeEntities: true, lowerCaseTags: true }).end(text);
  return reader.result().blocks;
}
