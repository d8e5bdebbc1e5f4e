const LINE_END_HYPHEN = /(\p{L}{2,})[-\u2010\u00ad]$/u;
/** Longer words are none. */
const LOOK_BACK = 64;
const FIRST_PART = /^\p{Ll}+/u;
/** Chinese and Japanese put no spaces between words. */
const WITHOUT_SPACES = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uff65]{2}$/u;
const HYPHENATED = /\p{L}{2,}-\p{L}+/gu;

/** Joins two lines of a paragraph: `exam-` and `ple text` give `example text`. */
export type JoinLines = (text: string, next: string) => string;

/**
 * Knows the words that a document itself writes with a hyphen in the middle of a line (`well-being`): those keep it where a
 * line ends inside them.
 */
export function createLineJoiner(lines: Iterable<string>): JoinLines {
  const hyphenated = new Set<string>();
  for (const line of lines) for (const [word] of line.matchAll(HYPHENATED)) hyphenated.add(word.toLowerCase());
  return (text, next) => {
    const before = LINE_END_HYPHEN.exec(text.slice(-LOOK_BACK))?.[1];
    const after = FIRST_PART.exec(next)?.[0];
    if (before === undefined)
      return WITHOUT_SPACES.test(text.slice(-1) + next.charAt(0)) ? text + next : `${text} ${next}`;
    if (after === undefined) return text + next;
    return hyphenated.has(`${before}-${after}`.toLowerCase()) ? text + next : text.slice(0, -1) + next;
  };
}
