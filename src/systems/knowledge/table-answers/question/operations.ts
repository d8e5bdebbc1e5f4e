import type { Mention, Span } from './mentions.ts';
import type { Token } from './tokens.ts';
import {
  type Aggregate,
  AVERAGE_WORDS,
  COMPARED,
  MAX_WORDS,
  MEDIAN_WORDS,
  MIN_WORDS,
  MOST_WORDS,
  SUM_WORDS,
} from './vocabulary.ts';

/** What a question asks to be computed, as its words say it. */
export interface Operations {
  readonly aggregates: readonly Exclude<Aggregate, 'count' | 'distinct'>[];
  /** Where what is counted begins: after `how many` or `number of`. */
  readonly countedAt?: number;
  /** Where the word of the last superlative stands, `most` and `fewest` told apart. */
  readonly superlative?: { readonly at: number; readonly way: 'min' | 'max'; readonly isMost: boolean };
  /** The stems of columns that a superlative like `oldest` compares, and whether it can compare no others. */
  readonly compared?: { readonly stems: readonly string[]; readonly isOnly: boolean };
  readonly isHowMuch: boolean;
  /** `top 5`, `three highest`. */
  readonly limit?: number;
  readonly used: ReadonlySet<number>;
}

const LARGEST_LIMIT = 50;
const DISTINCT = new Set(['different', 'distinct', 'unique', 'separate']);

export function findOperations(
  tokens: readonly Token[],
  mentions: readonly Mention[],
): Operations & { isDistinct: boolean } {
  const used = new Set<number>();
  const countedAt = findCount(tokens, mentions, used);
  const isDistinct = countedAt !== undefined && DISTINCT.has(tokens[countedAt]?.word ?? '');
  const inside = (at: number): boolean => mentions.some(({ start, end }) => at >= start && at < end);
  const free = tokens.map((_, at) => at).filter((at) => !inside(at));
  // A column may be called what is asked for: `Total Volume`, `AveragePrice`.
  const telling = free.some((at) => aggregateOf(tokens, at)) || countedAt !== undefined ? free : columnStarts(mentions);
  const aggregates = new Set<Operations['aggregates'][number]>();
  let superlative: Operations['superlative'];
  let compared: Operations['compared'];
  for (const at of telling) {
    const aggregate = aggregateOf(tokens, at);
    if (!aggregate) continue;
    used.add(at);
    if (COMPARED[tokens[at]?.word ?? ''] && MOST_WORDS.has(tokens[at - 1]?.word ?? '')) used.add(at - 1);
    const word = tokens[at]?.word ?? '';
    aggregates.add(aggregate);
    if (aggregate === 'min' || aggregate === 'max') superlative = { at, way: aggregate, isMost: MOST_WORDS.has(word) };
    const own = COMPARED[word];
    compared = own ? { stems: own.stems, isOnly: !MAX_WORDS.has(word) && !MIN_WORDS.has(word) } : compared;
  }
  const limit = superlative && limitNear(tokens, superlative.at, used);
  return {
    aggregates: [...aggregates],
    isDistinct,
    isHowMuch: /^how much\b/.test(tokens.map(({ word }) => word).join(' ')),
    used,
    ...(countedAt !== undefined && { countedAt: isDistinct ? countedAt + 1 : countedAt }),
    ...(superlative && { superlative }),
    ...(compared && { compared }),
    ...(limit !== undefined && { limit }),
  };
}

function findCount(tokens: readonly Token[], mentions: readonly Mention[], used: Set<number>): number | undefined {
  const inside = (at: number): boolean => mentions.some(({ start, end }) => at >= start && at < end);
  for (let at = 0; at < tokens.length; at += 1) {
    const [one, two] = [tokens[at]?.word, tokens[at + 1]?.word];
    const isHowMany = one === 'how' && two === 'many';
    const isNumberOf = (one === 'number' || one === 'count') && two === 'of' && !inside(at);
    const isCount = at === 0 && one === 'count' && !inside(at);
    // `the average number of passengers` is not a count.
    if (isNumberOf && [at - 1, at - 2].some((near) => isComputing(tokens, near))) continue;
    if (!isHowMany && !isNumberOf && !isCount) continue;
    const length = isCount && two !== 'of' ? 1 : 2;
    for (let index = 0; index < length; index += 1) used.add(at + index);
    const next = tokens[at + length]?.word;
    return next === 'the' || next === 'all' ? at + length + 1 : at + length;
  }
  return undefined;
}

function aggregateOf(tokens: readonly Token[], at: number): Operations['aggregates'][number] | undefined {
  const [word = '', next, before] = [tokens[at]?.word, tokens[at + 1]?.word, tokens[at - 1]?.word];
  // `at most 5`, `at least 5`, `more than`: of conditions.
  if (before === 'at' || next === 'than') return undefined;
  if (SUM_WORDS.has(word)) return 'sum';
  if (AVERAGE_WORDS.has(word)) return 'avg';
  if (MEDIAN_WORDS.has(word)) return 'median';
  const compared = COMPARED[word];
  if (compared) return before === 'least' ? 'min' : compared.way;
  // `most expensive`: the other word says which.
  if (next !== undefined && COMPARED[next]) return undefined;
  if (MAX_WORDS.has(word)) return 'max';
  return MIN_WORDS.has(word) ? 'min' : undefined;
}

function isComputing(tokens: readonly Token[], at: number): boolean {
  const aggregate = at < 0 ? undefined : aggregateOf(tokens, at);
  return aggregate !== undefined && aggregate !== 'sum';
}

function columnStarts(mentions: readonly Span[]): number[] {
  return mentions.map(({ start }) => start);
}

function limitNear(tokens: readonly Token[], at: number, used: Set<number>): number | undefined {
  for (const near of [at + 1, at - 1]) {
    const number = tokens[near]?.number;
    if (number === undefined || !Number.isInteger(number) || number < 1 || number > LARGEST_LIMIT) continue;
    used.add(near);
    return number;
  }
  return undefined;
}
