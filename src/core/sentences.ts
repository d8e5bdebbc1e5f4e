import {
  ABBREVIATIONS_BEFORE_NUMBERS,
  MAY_BE_LAST_ABBREVIATIONS,
  NEVER_LAST_ABBREVIATIONS,
  ORDINAL_MONTHS,
  SENTENCE_OPENERS,
} from './sentence-abbreviations.ts';

/** A stretch of a text, in UTF-16 code units, the end not included. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

// Terminals with what may follow them inside the sentence (closing quotes and brackets, reference marks such as [12]), or a
// line break. Sentence_Terminal covers the full stops of every script (Unicode Standard Annex 44).
const CANDIDATE = /[\p{Sentence_Terminal}…]+(?:["'”’»)\]}」』）】]|\[[\d,;–\s-]{1,20}\])*|\n/gu;
const WIDE_TERMINAL = /[。！？｡．]/u;
const BLANK_LINE = /^\n[^\S\n]*\n/;
const LIST_MARKER = /^\s*(?:[•‣▪◦●○■□·*–—-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])\s/u;
const FIRST_WORD = /^\s*[^\p{L}\p{N}\s]*([\p{L}\p{M}\p{N}'’]+)?/u;
const LAST_TOKEN = /[^\s("'“‘«[/—–]*$/u;
const OUTLINE_NUMBER = /^(?:\(?(?:\d{1,3}(?:\.\d{1,3})*|[ivxlc]{1,6}|[a-z])\)?)$/iu;
const LOOK_AROUND = 80;

/**
 * Where the sentences of a text are. Whatever is not white space lies in exactly one span, spans begin and end on something
 * that is not white space, and they come in order. Abbreviations (`e.g.`, `Dr.`), initials, decimals and outline numbers
 * (`2.1. Methods`) do not end a sentence; blank lines, list items and table rows (cells divided by ` | `) do.
 *
 * The rules are those of Unicode Standard Annex 29, §5, with the tailoring that it recommends for abbreviations.
 *
 * @example sentenceSpans('Give 2.5 mg, e.g. at noon. Then wait.') // [{start: 0, end: 26}, {start: 27, end: 37}]
 */
export function sentenceSpans(text: string): TextSpan[] {
  const spans: TextSpan[] = [];
  let start = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const end = match.index + match[0].length;
    const ends = match[0] === '\n' ? lineBreakEnds(text, match.index) : terminalEnds(text, start, match.index, end);
    if (!ends) continue;
    pushTrimmed(spans, text, start, end);
    start = end;
  }
  pushTrimmed(spans, text, start, text.length);
  return spans;
}

/** The sentences themselves, as `sentenceSpans` finds them. */
export function splitSentences(text: string): string[] {
  return sentenceSpans(text).map((span) => text.slice(span.start, span.end));
}

function pushTrimmed(spans: TextSpan[], text: string, from: number, to: number): void {
  const part = text.slice(from, to);
  const trimmed = part.trim();
  if (trimmed === '') return;
  const start = from + part.length - part.trimStart().length;
  spans.push({ start, end: start + trimmed.length });
}

function lineBreakEnds(text: string, at: number): boolean {
  const after = text.slice(at, at + LOOK_AROUND);
  if (BLANK_LINE.test(after) || LIST_MARKER.test(after)) return true;
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const nextEnd = text.indexOf('\n', at + 1);
  return isTableRow(text.slice(lineStart, at)) || isTableRow(text.slice(at + 1, nextEnd < 0 ? undefined : nextEnd));
}

function isTableRow(line: string): boolean {
  return line.includes(' | ');
}

function terminalEnds(text: string, start: number, at: number, end: number): boolean {
  const mark = text.charAt(at);
  if (WIDE_TERMINAL.test(mark)) return true;
  if (end < text.length && !/\s/.test(text.charAt(end))) return false;
  const word = FIRST_WORD.exec(text.slice(end, end + LOOK_AROUND))?.[1] ?? '';
  if (/^\p{Ll}/u.test(word)) return false;
  return (
    mark !== '.' || end - at > 1 || fullStopEnds(text.slice(Math.max(start, at - LOOK_AROUND), at), word, at, start)
  );
}

/** Whether a single full stop after `before` and ahead of the word `next` ends the sentence that began at `start`. */
function fullStopEnds(before: string, next: string, at: number, start: number): boolean {
  const token = LAST_TOKEN.exec(before)?.[0] ?? '';
  const lower = token.toLowerCase();
  const opens = SENTENCE_OPENERS.has(next.toLowerCase());
  if (OUTLINE_NUMBER.test(token) && before.trim() === token && at - start <= before.length) return false;
  const isInitial = /^\p{Lu}$/u.test(token);
  if (!isInitial && NEVER_LAST_ABBREVIATIONS.has(lower)) return false;
  if (/^\d{1,2}$/.test(token) && ORDINAL_MONTHS.has(next.toLowerCase())) return false;
  if (ABBREVIATIONS_BEFORE_NUMBERS.has(lower)) return !/^\p{N}/u.test(next);
  const joins = MAY_BE_LAST_ABBREVIATIONS.has(lower) || isInitial || /^\p{L}(?:\.\p{L})+$/u.test(token);
  return !joins || opens || next === '';
}
