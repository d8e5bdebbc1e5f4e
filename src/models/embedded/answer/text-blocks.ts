/** Lines that belong together: a paragraph, or a line that stands for itself. */
export interface TextBlock {
  readonly kind: 'sentence' | 'heading' | 'item' | 'row';
  readonly text: string;
}

const LIST_ITEM = /^\s*(?:[•‣▪◦●○■□·*–—-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+\S/u;
const BARE_MARK = /^\s*[•‣▪◦●○■□]\s*$/u;
const MARKDOWN_HEADING = /^\s*#{1,6}\s+\S/;
const TABLE_ROW = /^\s*\||\s\|\s|\S(?:\t| {3,})\S.*\S(?:\t| {3,})\S/;
const RULE_LINE = /^[\s|:=_*-]{3,}$/;
const LABELLED = /^\s*[\p{Lu}\p{N}][^.:?!]{1,48}:\s+\S/u;
const ANSWER_MARK = /^\s*(?:[QA]|Question|Answer):\s+/;
const OUTLINE_HEADING =
  /^\s*(?:(?:chapter|section|part|appendix)\s+\d{1,2}|\d{1,2}(?:\.\d{1,2}){1,4})\.?\s+\p{Lu}[^.?!]{2,90}$/iu;
// `1. Eligibility` heads a section, unless the next line goes on with `2.`
const NUMBERED_HEADING = /^\s*\d{1,2}\.?\s+\p{Lu}(?:[^\s.?!,;:]+\s){0,5}[^\s.?!,;:]+$/u;
const OPEN_END = /\b(?:of|the|and|or|to|in|with|for|a|an|by|from|is|are|was|were|that|which|at|on|as|per)\s*$/i;
const TERMINAL = /[.?!:;]["'”’)\]]*\s*$/u;
const MAX_HEADING_WORDS = 12;
// A line this much shorter than the longest of its paragraph was not broken for lack of room.
const FULL_LINE = 0.7;

/**
 * Blocks of a text in order: wrapped lines are joined, while headings, list items, table rows and `label: value` lines
 * stand alone.
 */
export function splitBlocks(text: string): TextBlock[] {
  const blocks: TextBlock[] = [];
  for (const paragraph of text.replace(/\r\n?/g, '\n').split(/\n[^\S\n]*\n/)) {
    const lines = paragraph.split('\n').filter((line) => line.trim() !== '' && !RULE_LINE.test(line));
    const widest = lines.reduce((most, line) => Math.max(most, line.trim().length), 0);
    appendLines(blocks, lines, widest);
  }
  return blocks;
}

function appendLines(blocks: TextBlock[], lines: readonly string[], widest: number): void {
  let open: string[] = [];
  const close = (kind: TextBlock['kind']): void => {
    const [first] = open;
    if (first === undefined) return;
    const heads = kind === 'sentence' && open.length === 1 && looksLikeHeading(first);
    blocks.push({ kind: heads ? 'heading' : kind, text: open.join(' ') });
    open = [];
  };
  let kind: TextBlock['kind'] = 'sentence';
  for (const [index, line] of lines.entries()) {
    const alone = kindAlone(line, lines[index + 1]);
    const previous = lines[index - 1];
    if (alone || (previous !== undefined && !continues(previous, line, widest))) close(kind);
    if (open.length === 0) kind = alone ?? 'sentence';
    open.push(line.trim());
    if (alone && alone !== 'item') close(kind);
  }
  close(kind);
}

/** The kind of a line that stands for itself whatever is around it. */
function kindAlone(line: string, next: string | undefined): 'heading' | 'item' | 'row' | undefined {
  if (ANSWER_MARK.test(line) || BARE_MARK.test(line)) return 'item';
  if (MARKDOWN_HEADING.test(line) || (OUTLINE_HEADING.test(line) && !LABELLED.test(line))) return 'heading';
  if (NUMBERED_HEADING.test(line) && next !== undefined && !LIST_ITEM.test(next)) return 'heading';
  if (LIST_ITEM.test(line)) return 'item';
  if (TABLE_ROW.test(line)) return 'row';
  if (LABELLED.test(line) && line.trim().length < 160 && (next === undefined || startsAnew(next))) return 'row';
  return undefined;
}

/** A line of cells, divided by bars or wide gaps. */
export function isTableRow(line: string): boolean {
  return TABLE_ROW.test(line);
}

function startsAnew(line: string): boolean {
  return LABELLED.test(line) || LIST_ITEM.test(line) || TABLE_ROW.test(line) || /^\s*\p{Lu}/u.test(line);
}

/** Whether `line` goes on with the sentence or paragraph of `previous`. */
function continues(previous: string, line: string, widest: number): boolean {
  if (BARE_MARK.test(previous) || /^\s*\p{Ll}/u.test(line) || /[,–-]\s*$/u.test(previous)) return true;
  if (TERMINAL.test(previous)) return true;
  return previous.trim().length >= widest * FULL_LINE && widest > 40;
}

function looksLikeHeading(line: string): boolean {
  const words = line.trim().split(/\s+/);
  return (
    words.length <= MAX_HEADING_WORDS && !TERMINAL.test(line) && !OPEN_END.test(line) && /^\P{Ll}/u.test(line.trim())
  );
}
