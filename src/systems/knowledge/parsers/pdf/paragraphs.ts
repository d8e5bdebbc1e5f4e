import type { BlockKind } from '../contract.ts';
import { highest, lowest } from './extent.ts';
import type { JoinLines } from './hyphens.ts';
import type { Line } from './lines.ts';
import { rowsOfTable } from './tables.ts';

/** Lines that belong together. */
export interface Paragraph {
  readonly kind: BlockKind;
  readonly text: string;
  readonly lines: number;
  readonly size: number;
  readonly isBold: boolean;
}

const LIST_MARKER = /^(?:[•‣▪▫◦●○■□◆➢➤✓·*–—-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+\S/iu;
const OUTLINE_NUMBER = /^(?:\d{1,2}(?:\.\d{1,3}){1,5}\.?|(?:appendix|section|chapter|annex)\s+\w{1,4}\b)\s*\S/iu;
const SENTENCE_END = /[.:;!?…。！？]["'”’)\]]*$/u;
// In units of the letters' size, or of the usual distance of lines.
const WIDEST_PITCH = 2.6;
const CLOSE_PITCH = 1.25;
const WIDER_PITCH = 1.3;
const OTHER_SIZE = 0.12;
const INDENT = 1;
const SHORT_LINE = 0.2;
const WIDEST_ROW = 3.4;
const CLOSE_ROW = 1.7;
const NARROW = 0.5;

interface Draft {
  kind: BlockKind;
  lines: Line[];
}

/** Divides the lines of a column into paragraphs, list items and tables. */
export function joinParagraphs(lines: readonly Line[], join: JoinLines): Paragraph[] {
  const column = measure(lines);
  const drafts: Draft[] = [];
  for (const line of lines) {
    const draft = drafts.at(-1);
    if (draft && (isNextRow(draft, line, column) || goesOn(draft, line, column))) draft.lines.push(line);
    else drafts.push({ kind: kindOf(line), lines: [line] });
  }
  return drafts.map((draft) => finish(draft, join));
}

interface Column {
  readonly left: number;
  readonly right: number;
  /** The usual distance of baselines between lines of a size. */
  pitchOf(size: number): number;
}

function measure(lines: readonly Line[]): Column {
  const pitches = new Map<number, number[]>();
  lines.slice(1).forEach((line, index) => {
    const before = lines[index];
    if (!before || Math.round(before.size) !== Math.round(line.size)) return;
    const known = pitches.get(Math.round(line.size)) ?? [];
    known.push(line.baseline - before.baseline);
    pitches.set(Math.round(line.size), known);
  });
  for (const known of pitches.values()) known.sort((one, other) => one - other);
  return {
    left: lowest(lines, (line) => line.left),
    right: highest(lines, (line) => line.right),
    pitchOf(size) {
      const known = pitches.get(Math.round(size)) ?? [];
      // Not the median: where half of the lines are paragraphs of their own, that is the distance of paragraphs.
      return known[Math.floor(known.length / 3)] ?? 0;
    },
  };
}

function kindOf(line: Line): BlockKind {
  if (line.cells.length > 1) return 'table';
  return LIST_MARKER.test(line.cells[0] ?? '') ? 'list-item' : 'paragraph';
}

function isNextRow(draft: Draft, line: Line, column: Column): boolean {
  const last = draft.lines.at(-1);
  const first = draft.lines[0];
  if (draft.kind !== 'table' || !last || !first) return false;
  const pitch = line.baseline - last.baseline;
  if (line.cells.length > 1) return pitch <= WIDEST_ROW * line.size;
  // A short line of one part close under a row is a cell's second line.
  const isNarrow = line.right - line.left < NARROW * (column.right - column.left);
  const isFurtherIn = line.left > first.left + INDENT * line.size;
  return pitch <= CLOSE_ROW * line.size && (isNarrow || isFurtherIn);
}

function goesOn(draft: Draft, line: Line, column: Column): boolean {
  const last = draft.lines.at(-1);
  if (!last || draft.kind === 'table' || kindOf(line) !== 'paragraph') return false;
  const pitch = line.baseline - last.baseline;
  if (
    pitch <= 0 ||
    pitch >
      Math.min(WIDEST_PITCH * line.size, Math.max(WIDER_PITCH * column.pitchOf(line.size), CLOSE_PITCH * line.size))
  )
    return false;
  if (Math.abs(line.size - last.size) > OTHER_SIZE * last.size || line.isBold !== last.isBold) return false;
  const text = line.cells[0] ?? '';
  if (OUTLINE_NUMBER.test(text) && SENTENCE_END.test(last.cells[0] ?? '')) return false;
  return !beginsNew(draft, last, line, column);
}

function beginsNew(draft: Draft, last: Line, line: Line, column: Column): boolean {
  const isAfterSentence = SENTENCE_END.test(last.cells[0] ?? '');
  const isShort = last.right < column.right - SHORT_LINE * (column.right - column.left);
  if (isAfterSentence && isShort) return true;
  const isIndented = line.left > last.left + INDENT * line.size;
  return isIndented && draft.kind === 'paragraph' && (isAfterSentence || draft.lines.length > 1);
}

function finish({ kind, lines }: Draft, join: JoinLines): Paragraph {
  const text =
    kind === 'table' ? rowsOfTable(lines).join('\n') : lines.map((line) => line.cells.join(' | ')).reduce(join);
  const size = highest(lines, (line) => line.size);
  return { kind, text, lines: lines.length, size, isBold: lines.every((line) => line.isBold) };
}
