import type { TableColumn } from '../contract.ts';
import { type ColumnMention, isIdentifier, type Mention, type ValueMention } from './mentions.ts';
import type { Comparison, Condition } from './plan.ts';
import { stemsOf, type Token } from './tokens.ts';
import { COMPARED, NOT_WORDS } from './vocabulary.ts';

const COMPARISONS: ReadonlyArray<readonly [phrase: string, by: Comparison]> = [
  ['more than or equal to', '>='],
  ['greater than or equal to', '>='],
  ['less than or equal to', '<='],
  ['at least', '>='],
  ['no less than', '>='],
  ['not less than', '>='],
  ['or more', '>='],
  ['at most', '<='],
  ['no more than', '<='],
  ['not more than', '<='],
  ['up to', '<='],
  ['more than', '>'],
  ['greater than', '>'],
  ['higher than', '>'],
  ['larger than', '>'],
  ['bigger than', '>'],
  ['older than', '>'],
  ['longer than', '>'],
  ['less than', '<'],
  ['lower than', '<'],
  ['smaller than', '<'],
  ['fewer than', '<'],
  ['younger than', '<'],
  ['shorter than', '<'],
  ['equal to', '='],
  ['equals', '='],
  ['exceeding', '>'],
  ['exceeds', '>'],
  ['exceeded', '>'],
  ['exceed', '>'],
  ['over', '>'],
  ['above', '>'],
  ['under', '<'],
  ['below', '<'],
  ['>=', '>='],
  ['<=', '<='],
  ['>', '>'],
  ['<', '<'],
  ['=', '='],
  ['==', '='],
  ['exactly', '='],
];
const TIMES: ReadonlyArray<readonly [word: string, by: Comparison]> = [
  ['after', '>'],
  ['since', '>='],
  ['before', '<'],
  ['until', '<='],
];
const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const EQUALITY = new Set(['is', 'of', 'was', 'are', 'equals', 'equal', 'to', '=', 'with', 'at', 'number', 'has']);
const REACH = 4;
const FROM = ['origin', 'from', 'sourc', 'depart', 'start', 'sender'];
const TO = ['dest', 'destin', 'to', 'arriv', 'end', 'receiv'];

/** What is found in a question, and which of its tokens say it. */
export interface FoundConditions {
  readonly conditions: readonly Condition[];
  readonly used: ReadonlySet<number>;
  /** Whether something is said that cannot be told apart. */
  readonly isUnclear: boolean;
}

/** The conditions in a question: comparisons with numbers and dates, and values that columns hold. */
export function findConditions(
  tokens: readonly Token[],
  mentions: readonly Mention[],
  columns: readonly TableColumn[],
): FoundConditions {
  const used = new Set<number>();
  const conditions: Condition[] = [];
  let isUnclear = false;
  const mentioned = mentions.filter((mention) => mention.kind === 'column');
  for (let at = 0; at < tokens.length; at += 1) {
    if (used.has(at) || mentions.some(({ start, end }) => at >= start && at < end)) continue;
    const found =
      numberCondition({ tokens, mentioned, columns, used, at }) ??
      timeCondition({ tokens, mentioned, columns, used, at });
    if (found) {
      conditions.push(...found.conditions);
      for (const token of found.tokens) used.add(token);
    }
  }
  for (const mention of mentions) {
    if (mention.kind !== 'value') continue;
    const condition = valueCondition(tokens, mention, mentioned, used);
    if (condition) conditions.push(condition);
    else isUnclear = true;
  }
  return { conditions: joinValues(conditions), used, isUnclear };
}

interface Looking {
  readonly tokens: readonly Token[];
  readonly mentioned: readonly ColumnMention[];
  readonly columns: readonly TableColumn[];
  readonly used: ReadonlySet<number>;
  readonly at: number;
}

interface Found {
  readonly conditions: readonly Condition[];
  readonly tokens: readonly number[];
}

function phraseAt(tokens: readonly Token[], at: number, phrase: string): number {
  const words = phrase.split(' ');
  return words.every((word, index) => tokens[at + index]?.word === word) ? words.length : 0;
}

/** `price over 50`, `between 3 and 5 units`, `age of 40`, `older than 65`. */
function numberCondition(looking: Looking): Found | undefined {
  const { tokens, at } = looking;
  if (tokens[at]?.word === 'between') return betweenCondition(looking);
  for (const [phrase, by] of COMPARISONS) {
    const length = phraseAt(tokens, at, phrase);
    const number = tokens[at + length]?.number;
    if (length === 0 || number === undefined) continue;
    const column = comparedColumn(looking, at, at + length + 1);
    if (!column) continue;
    return {
      conditions: [{ kind: 'compare', column, by, value: number }],
      tokens: range(at, at + length + 1),
    };
  }
  return equalityCondition(looking);
}

function betweenCondition(looking: Looking): Found | undefined {
  const { tokens, at } = looking;
  const [low, and, high] = [tokens[at + 1]?.number, tokens[at + 2]?.word, tokens[at + 3]?.number];
  if (low === undefined || high === undefined || and !== 'and') return undefined;
  const column = comparedColumn(looking, at, at + 4) ?? timeColumn(looking);
  if (!column) return undefined;
  const bounds = [
    ['>=', low],
    ['<=', high],
  ] as const;
  const conditions = bounds.map(
    ([by, number]): Condition =>
      column.type === 'number'
        ? { kind: 'compare', column, by, value: number }
        : { kind: 'year', column, by, year: number },
  );
  return { conditions, tokens: range(at, at + 4) };
}

/** `year 2011`, `quantity of 3`, `hour is 5`. */
function equalityCondition({ tokens, mentioned, at, used }: Looking): Found | undefined {
  const number = tokens[at]?.number;
  if (number === undefined) return undefined;
  let before = at - 1;
  while (before >= 0 && EQUALITY.has(tokens[before]?.word ?? '')) before -= 1;
  const mention = mentioned.find(({ end, column }) => end === before + 1 && column.type === 'number');
  if (!mention || used.has(at)) return undefined;
  return { conditions: [{ kind: 'compare', column: mention.column, by: '=', value: number }], tokens: [at] };
}

/** The column that a comparison is of: the one named before it, right after its number, or by the comparing word itself. */
function comparedColumn({ tokens, mentioned, columns }: Looking, start: number, end: number): TableColumn | undefined {
  const compared = COMPARED[tokens[start]?.word ?? ''];
  const own =
    compared &&
    columns.find(({ name, type }) => type === 'number' && stemsOf(name).some((stem) => compared.stems.includes(stem)));
  if (own) return own;
  const numeric = mentioned.filter(({ column }) => column.type === 'number');
  // `orders with more than 4 units`: what follows the number at once is what is compared.
  const next = numeric.find((mention) => mention.start === end);
  const isNamed = ({ column, said }: ColumnMention): boolean => said === 'all' || !isIdentifier(column);
  const before = numeric
    .filter((mention) => mention.end <= start && start - mention.end <= REACH && isNamed(mention))
    .at(-1);
  const after = numeric.find((mention) => mention.start === end + 1 && isNamed(mention));
  return (next ?? before ?? after)?.column;
}

/** `in 2011`, `in March 2024`, `since 2020-05-01`. */
function timeCondition(looking: Looking): Found | undefined {
  const { tokens, at } = looking;
  const token = tokens[at];
  const column = timeColumn(looking);
  if (!token) return undefined;
  const by = TIMES.find(([word]) => word === tokens[at - 1]?.word)?.[1] ?? '=';
  const earlier = by === '=' ? [] : [at - 1];
  if (column && /^\d{4}-\d{2}-\d{2}$/.test(token.text)) {
    return { conditions: [{ kind: 'compare', column, by, value: token.text }], tokens: [...earlier, at] };
  }
  if (/^(?:19|20)\d{2}$/.test(token.text)) return yearCondition(looking, column, by, [...earlier, at]);
  const month = MONTHS.indexOf(token.word) + 1;
  // `may` is a verb where it is not written as a name.
  if (month === 0 || (token.word === 'may' && token.text === 'may')) return undefined;
  const named = looking.columns.find(({ name, type }) => type === 'number' && /^months?$/i.test(name));
  if (column) return { conditions: [{ kind: 'month', column, month }], tokens: [at] };
  return named && { conditions: [{ kind: 'compare', column: named, by: '=', value: month }], tokens: [at] };
}

function yearCondition(
  { columns, tokens, at }: Looking,
  column: TableColumn | undefined,
  by: Comparison,
  used: readonly number[],
): Found | undefined {
  const year = Number(tokens[at]?.text);
  const named = columns.find(({ name, type }) => type === 'number' && /(?:^|[\s_])years?$/i.test(name));
  if (named) return { conditions: [{ kind: 'compare', column: named, by, value: year }], tokens: used };
  return column && { conditions: [{ kind: 'year', column, by, year }], tokens: used };
}

/** The column of days that is named, or the only one. */
function timeColumn({ mentioned, columns }: Looking): TableColumn | undefined {
  const isTime = ({ type }: TableColumn): boolean => type === 'date' || type === 'moment';
  const named = mentioned.filter(({ column }) => isTime(column));
  const all = columns.filter(isTime);
  if (named.length > 0) return named[0]?.column;
  // One column may hold days and another the same with their times.
  const days = all.filter(({ type }) => type === 'date');
  return all.length === 1 ? all[0] : days.length === 1 ? days[0] : undefined;
}

function valueCondition(
  tokens: readonly Token[],
  { start, columns, value }: ValueMention,
  mentioned: readonly ColumnMention[],
  used: Set<number>,
): Condition | undefined {
  const column = columns.length === 1 ? columns[0] : meantColumn(tokens, start, columns, mentioned);
  if (!column) return undefined;
  const before = [tokens[start - 1]?.word, tokens[start - 2]?.word];
  const not =
    before.some((word) => word !== undefined && NOT_WORDS.has(word)) || (before[1] === 'other' && before[0] === 'than');
  for (const at of [start - 1, start - 2]) if (NOT_WORDS.has(tokens[at]?.word ?? '')) used.add(at);
  if (before[0] === 'than') used.add(start - 1).add(start - 2);
  return { kind: 'one-of', column, values: [value], not };
}

function meantColumn(
  tokens: readonly Token[],
  start: number,
  columns: readonly TableColumn[],
  mentioned: readonly ColumnMention[],
): TableColumn | undefined {
  const near = mentioned.filter(
    ({ column, end, start: begins }) =>
      columns.includes(column) && (Math.abs(start - end) <= REACH || begins - start <= 2),
  );
  if (near.length === 1) return near[0]?.column;
  const preposition = tokens[start - 1]?.word;
  const telling = preposition === 'from' ? FROM : preposition === 'to' ? TO : [];
  const told = columns.filter(({ name }) => stemsOf(name).some((stem) => telling.includes(stem)));
  return told.length === 1 ? told[0] : undefined;
}

/** Values of one column are alternatives. */
function joinValues(conditions: readonly Condition[]): Condition[] {
  const joined: Condition[] = [];
  for (const condition of conditions) {
    const at = joined.findIndex(
      (one) =>
        one.kind === 'one-of' &&
        condition.kind === 'one-of' &&
        one.column === condition.column &&
        one.not === condition.not,
    );
    const before = joined[at];
    if (before?.kind === 'one-of' && condition.kind === 'one-of')
      joined[at] = { ...before, values: [...before.values, ...condition.values] };
    else joined.push(condition);
  }
  return joined;
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}
