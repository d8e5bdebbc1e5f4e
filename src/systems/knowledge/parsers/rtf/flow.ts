import type { Block } from '../contract.ts';
import { createDocumentWriter, type ParagraphForm } from '../office/document-writer.ts';

/** Text that flows by itself: the body, a header, a note. RTF tells of cells and rows only when they end. */
export interface Flow {
  write(text: string, isInTable: boolean): void;
  endParagraph(form: ParagraphForm, isInTable: boolean): void;
  endCell(form: ParagraphForm): void;
  endRow(): void;
  /** The row that is read, or begins next, names the columns. */
  markHeaderRow(): void;
  add(blocks: readonly Block[]): void;
  finish(): Block[];
}

export function createFlow(): Flow {
  const writer = createDocumentWriter();
  let isTableOpen = false;
  let isRowOpen = false;
  let isCellOpen = false;
  let isParagraphOpen = false;
  let isHeaderRow = false;

  const openCell = (): void => {
    if (!isTableOpen) writer.openTable();
    if (!isRowOpen) writer.openRow({ isHeader: isHeaderRow });
    if (!isCellOpen) writer.openCell();
    isTableOpen = true;
    isRowOpen = true;
    isCellOpen = true;
  };
  const closeTable = (): void => {
    if (isTableOpen) writer.closeTable();
    isTableOpen = false;
    isRowOpen = false;
    isCellOpen = false;
    isHeaderRow = false;
  };
  const place = (isInTable: boolean): void => {
    if (isInTable) openCell();
    else closeTable();
    if (!isParagraphOpen) writer.openParagraph();
    isParagraphOpen = true;
  };
  const endParagraph = (form: ParagraphForm): void => {
    if (!isParagraphOpen) return;
    writer.form(form);
    writer.closeParagraph();
    isParagraphOpen = false;
  };
  return {
    write(text, isInTable) {
      // A paragraph stays where it began.
      if (!isParagraphOpen) place(isInTable);
      writer.write(text);
    },
    endParagraph(form, isInTable) {
      if (!isParagraphOpen) place(isInTable);
      endParagraph(form);
    },
    endCell(form) {
      endParagraph(form);
      openCell();
      writer.closeCell();
      isCellOpen = false;
    },
    endRow() {
      endParagraph({});
      isRowOpen = false;
      isCellOpen = false;
      isHeaderRow = false;
    },
    markHeaderRow() {
      isHeaderRow = true;
      if (isRowOpen) writer.markHeaderRow();
    },
    add: (blocks) => writer.add(...blocks),
    finish() {
      endParagraph({});
      closeTable();
      return writer.finish();
    },
  };
}
