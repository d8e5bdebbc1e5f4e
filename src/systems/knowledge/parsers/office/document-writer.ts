import { cleanCharacters, collapseSpace, inOneLine } from '../clean-text.ts';
import type { Block, BlockKind } from '../contract.ts';
import { createTable, type Table } from './table.ts';

export interface ParagraphForm {
  readonly kind?: BlockKind;
  /** Of headings, from 1; deeper than 6 becomes 6. */
  readonly level?: number;
  /** What a list shows before the item, or a numbered heading before its text: `•`, `2.1`, `(a)`. */
  readonly marker?: string;
}

interface Paragraph extends ParagraphForm {
  readonly type: 'paragraph';
  text: string;
  /** Text boxes and notes that hang on the paragraph come after it, not inside. */
  readonly after: Block[];
}

type Container = Paragraph | { readonly type: 'table'; readonly table: Table };

/** Gathers blocks while a document is walked. Whatever is opened may be left open or closed twice: damaged files do. */
export interface DocumentWriter {
  openParagraph(form?: ParagraphForm): void;
  /** Changes the open paragraph: its properties come after its beginning in many formats. */
  form(form: ParagraphForm): void;
  closeParagraph(): void;
  /** Text of the open paragraph; without one, a paragraph begins. */
  write(text: string): void;
  openTable(): void;
  closeTable(): void;
  openRow(row?: { readonly isHeader?: boolean }): void;
  /** `columns`: how many the cell spans. */
  openCell(cell?: { readonly columns?: number }): void;
  /** A cell of the open table that spans more than one column, or a row that is a header, known only after its beginning. */
  spanCell(columns: number): void;
  markHeaderRow(): void;
  closeCell(): void;
  /** Blocks made elsewhere: notes, attachments. They follow the open paragraph. */
  add(...blocks: readonly Block[]): void;
  /** The page of all blocks that are finished from now on. */
  setPage(page: number): void;
  /** Closes whatever is open, gives all blocks since the last time and begins anew. */
  finish(): Block[];
}

export function createDocumentWriter(): DocumentWriter {
  const blocks: Block[] = [];
  const containers: Container[] = [];
  let page: number | undefined;

  const add = (...added: readonly Block[]): void => {
    const top = containers.at(-1);
    const target = top === undefined ? blocks : top.type === 'table' ? top.table : top.after;
    for (const block of added) target.push(page === undefined || block.page !== undefined ? block : { ...block, page });
  };
  const closeTop = (): void => {
    const top = containers.pop();
    if (top?.type === 'paragraph') add(...blocksOf(top), ...top.after);
    else if (top) add(...top.table.blocks());
  };
  const close = (type: Container['type']): void => {
    if (!containers.some((container) => container.type === type)) return;
    while (containers.at(-1)?.type !== type) closeTop();
    closeTop();
  };
  const openParagraph = (form: ParagraphForm = {}): Paragraph => {
    const paragraph: Paragraph = { ...form, type: 'paragraph', text: '', after: [] };
    containers.push(paragraph);
    return paragraph;
  };
  const paragraph = (): Paragraph => {
    const top = containers.at(-1);
    return top?.type === 'paragraph' ? top : openParagraph();
  };
  // Paragraphs of a cell that were left open end with it.
  const table = (): Table | undefined => {
    if (!containers.some(({ type }) => type === 'table')) return undefined;
    while (containers.at(-1)?.type !== 'table') closeTop();
    const top = containers.at(-1);
    return top?.type === 'table' ? top.table : undefined;
  };
  return {
    add,
    openParagraph: (form) => void openParagraph(form),
    form: (form) => void Object.assign(paragraph(), form),
    closeParagraph: () => close('paragraph'),
    write(text) {
      if (containers.at(-1)?.type === 'paragraph' || /\S/.test(text)) paragraph().text += text;
    },
    openTable: () => void containers.push({ type: 'table', table: createTable() }),
    closeTable: () => close('table'),
    openRow: (row) => table()?.openRow(row?.isHeader),
    openCell: (cell) => table()?.openCell(cell?.columns),
    spanCell: (columns) => table()?.spanCell(columns),
    markHeaderRow: () => table()?.markHeaderRow(),
    closeCell: () => table()?.closeCell(),
    setPage(number) {
      while (containers.length > 0) closeTop();
      page = number;
    },
    finish() {
      while (containers.length > 0) closeTop();
      return blocks.splice(0);
    },
  };
}

/** One paragraph as a block, none where it has no text. */
function blocksOf({ kind = 'paragraph', level = 1, marker = '', text }: Paragraph): Block[] {
  const cleaned = collapseSpace(cleanCharacters(text));
  if (cleaned === '') return [];
  const marked = collapseSpace(`${cleanCharacters(marker)} ${cleaned}`);
  if (kind === 'heading') return [{ kind, text: inOneLine(marked), level: Math.min(Math.max(level, 1), 6) }];
  return [{ kind, text: marked }];
}
