import type { Token } from './tokens.ts';
import { GROUP_WORDS, LIGHT, POPULATION } from './vocabulary.ts';

interface Explanation {
  readonly explained: ReadonlySet<number>;
  /** Of these, those that a condition begins with: `people older than 50`. */
  readonly conditional: ReadonlySet<number>;
  /** Stems of what the table is called. */
  readonly names: ReadonlySet<string>;
  /** Where what is counted begins. */
  readonly countedAt: number | undefined;
}

const PARTICIPLE = /(?:ed|en)$/;
const COUNTED_REACH = 3;

/**
 * The words of a question that nothing of the table explains: what is counted may be called as people call it, and a
 * participle after something explained (`units shipped`) says no more than that.
 *
 * @returns `named`: how many words are what the table is called
 */
export function unexplainedTokens(
  tokens: readonly Token[],
  { explained, conditional, names, countedAt }: Explanation,
): { unexplained: readonly Token[]; named: number } {
  const isNamed = (at: number): boolean => names.has(tokens[at]?.stem ?? '') && !LIGHT.has(tokens[at]?.word ?? '');
  const isLight = (at: number): boolean => {
    const { word = '' } = tokens[at] ?? {};
    return LIGHT.has(word) || GROUP_WORDS.has(word) || (countedAt === undefined && POPULATION.has(word));
  };
  const head =
    countedAt === undefined
      ? undefined
      : countedHead(tokens, countedAt, (at) => isLight(at) || conditional.has(at), explained);
  const rest = tokens.flatMap((token, at) => {
    if (explained.has(at) || isLight(at) || isNamed(at) || at === head) return [];
    const follows = at > 0 && (explained.has(at - 1) || isNamed(at - 1) || at - 1 === head || isLight(at - 1));
    return follows && PARTICIPLE.test(token.word) && token.number === undefined && !isBeforeNoun(tokens, at, isLight)
      ? []
      : [token];
  });
  return { unexplained: rest, named: tokens.filter((_, at) => !explained.has(at) && isNamed(at)).length };
}

/** The noun of what is counted: the last of the words in a row. */
function countedHead(
  tokens: readonly Token[],
  countedAt: number,
  isBorder: (at: number) => boolean,
  explained: ReadonlySet<number>,
): number | undefined {
  let head: number | undefined;
  for (let at = countedAt; at < Math.min(countedAt + COUNTED_REACH, tokens.length); at += 1) {
    if (isBorder(at) || PARTICIPLE.test(tokens[at]?.word ?? '')) break;
    // `late flights`: what stands before the noun says which.
    head = explained.has(at) ? undefined : at;
  }
  return head !== undefined && POPULATION.has(tokens[head]?.word ?? '') ? head : undefined;
}

/** `delayed flights`: then it says which. */
function isBeforeNoun(tokens: readonly Token[], at: number, isLight: (at: number) => boolean): boolean {
  return at + 1 < tokens.length && !isLight(at + 1);
}
