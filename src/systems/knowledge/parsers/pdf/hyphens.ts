const LINE_END_HYPHEN = /((?:\p{L}+-){0,4}\p{L}{2,})[-\u2010\u00ad]$/u;
const HYPHENS = '-\u2010\u00ad';
/** Longer words are none. */
const LOOK_BACK = 64;
const FIRST_PART = /^\p{Ll}+/u;
/** Chinese and Japanese put no spaces between words. */
const WITHOUT_SPACES = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uff65]{2}$/u;
/** After a hyphen that stands for a word to come: `drug- and placebo-treated`. */
const CONJUNCTION = /^(?:and|or|und|oder|et|ou|y|o|e|og|och|en|of)$/;
const WORD = /\p{L}{2,}(?:-\p{L}+)*/gu;
/** Of the parts of a divided word, both are words by themselves only where they are this long: `in-` and `formation` are not. */
const LEAST_PART = 4;

/** Joins two lines of a paragraph: `exam-` and `ple text` give `example text`. */
export type JoinLines = (text: string, next: string) => string;

/**
 * Knows the words of the document: one that it writes with a hyphen in the middle of a line (`well-being`) keeps it where a
 * line ends inside it, and so does one of two parts that the document knows by themselves and never as one.
 */
export function createLineJoiner(lines: Iterable<string>): JoinLines {
  let known: Set<string> | undefined;
  const keepsHyphen = (before: string, after: string): boolean => {
    // Gathered when the first line ends inside a word: many documents have none.
    known ??= wholeWords(lines);
    const words = known;
    // Of `direct-to-participant`, no part but the last is ever a syllable.
    if (before.includes('-') || words.has(`${before}-${after}`)) return true;
    if (words.has(before + after)) return false;
    return [before, after].every((part) => part.length >= LEAST_PART && words.has(part));
  };
  return (text, next) => {
    const before = HYPHENS.includes(text.slice(-1)) ? LINE_END_HYPHEN.exec(text.slice(-LOOK_BACK))?.[1] : undefined;
    const after = FIRST_PART.exec(next)?.[0];
    if (before === undefined)
      return WITHOUT_SPACES.test(text.slice(-1) + next.charAt(0)) ? text + next : `${text} ${next}`;
    if (after === undefined) return text + next;
    if (CONJUNCTION.test(after)) return `${text} ${next}`;
    return keepsHyphen(before.toLowerCase(), after) ? text + next : text.slice(0, -1) + next;
  };
}

/** The words of lines, without the parts of those that a line end divides. */
function wholeWords(lines: Iterable<string>): Set<string> {
  const words = new Set<string>();
  let isDivided = false;
  for (const line of lines) {
    const found = line.match(WORD) ?? [];
    const first = isDivided ? 1 : 0;
    isDivided = HYPHENS.includes(line.slice(-1)) && LINE_END_HYPHEN.test(line.slice(-LOOK_BACK));
    for (const word of found.slice(first, isDivided ? -1 : undefined)) words.add(word.toLowerCase());
  }
  return words;
}
