import type { TableColumn, TableDescription } from '../contract.ts';
import { joinedName, stemOf, stemsOf, type Token } from './tokens.ts';
import { LIGHT } from './vocabulary.ts';

/** Tokens from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ColumnMention extends Span {
  readonly kind: 'column';
  readonly column: TableColumn;
  /** How much of the name is said: all of it, all but `id` and the like, or one telling word. */
  readonly said: 'all' | 'most' | 'part';
}

export interface ValueMention extends Span {
  readonly kind: 'value';
  /** Those that hold it; more than one until something tells which is meant. */
  readonly columns: readonly TableColumn[];
  readonly value: string;
}

export type Mention = ColumnMention | ValueMention;

/** Between two of as many words. */
const MENTION_WEIGHTS = { all: 0.5, value: 0.4, most: 0.3, part: 0.1 } as const;

/** Words of a column's name that may be left unsaid. */
const UNSAID = new Set([
  'id',
  'name',
  'number',
  'no',
  'code',
  'kei',
  'type',
  'of',
  'the',
  'in',
  'usd',
  'eur',
  'num',
  'is',
]);
const LONGEST_EXACT = 2;
const NEVER_VALUES = new Set([
  'other',
  'all',
  'none',
  'total',
  'unknown',
  'yes',
  'no',
  'true',
  'false',
  'na',
  'most',
  'more',
]);

/** Where the question names columns and values of a table: the longest first, none inside another. */
export function findMentions(tokens: readonly Token[], { columns }: TableDescription): Mention[] {
  const found = [...columnMentions(tokens, columns), ...valueMentions(tokens, columns)];
  const weight = (mention: Mention): number =>
    mention.end - mention.start + MENTION_WEIGHTS[mention.kind === 'value' ? 'value' : mention.said];
  const taken: Mention[] = [];
  for (const mention of found.sort((one, other) => weight(other) - weight(one))) {
    if (!taken.some((other) => mention.start < other.end && other.start < mention.end)) taken.push(mention);
  }
  return taken.sort((one, other) => one.start - other.start);
}

function columnMentions(tokens: readonly Token[], columns: readonly TableColumn[]): ColumnMention[] {
  const whole = columns.flatMap((column) =>
    namesOf(column).flatMap(({ stems, said }) =>
      spansOf(tokens, [stems]).map((span) => ({ kind: 'column' as const, column, said, ...span })),
    ),
  );
  const partial = columns.flatMap((column) => partialMentions(tokens, column, columns));
  return [...whole, ...partial];
}

/** A name as it is written and without what may be left unsaid. */
function namesOf({ name }: TableColumn): { stems: readonly string[]; said: 'all' | 'most' }[] {
  const stems = stemsOf(name);
  const most = stems.filter((stem) => !UNSAID.has(stem));
  return [
    { stems, said: 'all' },
    ...(stems.length > 1 ? [{ stems: [joinedName(name)], said: 'all' as const }] : []),
    ...(most.length > 0 && most.length < stems.length ? [{ stems: most, said: 'most' as const }] : []),
  ];
}

const IDENTIFIER = /(?:^|[\s_]|(?<=[a-z]))(?:id|ids|num|no|nr|number|code|zip|phone|key|index)$/i;

/** A number that names and does not measure: adding it up says nothing. */
export function isIdentifier({ name }: TableColumn): boolean {
  return IDENTIFIER.test(name.trim());
}

/** One telling word of a name of several, where no other column has it. */
function partialMentions(
  tokens: readonly Token[],
  column: TableColumn,
  columns: readonly TableColumn[],
): ColumnMention[] {
  const stems = stemsOf(column.name).filter((stem) => stem.length > 2 && !UNSAID.has(stem) && !/^\d/.test(stem));
  if (stems.length < 2) return [];
  return stems.flatMap((stem) => {
    const others = columns.filter((other) => other !== column && stemsOf(other.name).includes(stem));
    if (others.length > 0) return [];
    return spansOf(tokens, [[stem]])
      .filter(({ start }) => !LIGHT.has(tokens[start]?.word ?? ''))
      .map((span) => ({ kind: 'column' as const, column, said: 'part' as const, ...span }));
  });
}

function valueMentions(tokens: readonly Token[], columns: readonly TableColumn[]): ValueMention[] {
  const byValue = new Map<string, TableColumn[]>();
  for (const column of columns) {
    for (const value of column.values ?? []) byValue.set(value, [...(byValue.get(value) ?? []), column]);
  }
  return [...byValue].flatMap(([value, holders]) =>
    valueSpans(tokens, value).map((span) => ({ kind: 'value' as const, value, columns: holders, ...span })),
  );
}

function valueSpans(tokens: readonly Token[], value: string): Span[] {
  const exact = value.length <= LONGEST_EXACT || /^[A-Z\d]{2,4}$/.test(value);
  if (exact) return tokens.flatMap(({ text }, start) => (text === value ? [{ start, end: start + 1 }] : []));
  const stems = stemsOf(value);
  const isCommon = stems.length === 1 && (NEVER_VALUES.has(value.toLowerCase()) || LIGHT.has(value.toLowerCase()));
  if (isCommon || stems.every((stem) => /^\d+$/.test(stem))) return [];
  return spansOf(tokens, [stems]);
}

function spansOf(tokens: readonly Token[], names: readonly (readonly string[])[]): Span[] {
  return names.flatMap((stems) => {
    if (stems.length === 0) return [];
    return tokens.flatMap((_, start) => {
      let at = start;
      for (const stem of stems) {
        // A name that is written in one, `PurchaseDate`, may stand so in the question.
        if (tokens[at]?.stem !== stem && stemOf(tokens[at]?.word ?? '') !== stem) return [];
        at += 1;
      }
      return [{ start, end: at }];
    });
  });
}
