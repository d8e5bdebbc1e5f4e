import { comparedColumn, isCategory, isMeasure, onlyNumbers, quantityOf } from './columns.ts';
import { isIdentifier } from './mentions.ts';
import type { Computed, Condition } from './plan.ts';
import type { Reading } from './read-question.ts';
import type { Token } from './tokens.ts';

/** What is to be computed of the rows. Undefined where the question does not say it of a column of the table. */
export function planComputed(reading: Reading): readonly Computed[] | undefined {
  const { countedAt } = reading.operations;
  return countedAt === undefined ? planAggregates(reading) : [planCount(reading, countedAt)];
}

function planAggregates({ operations, free, table, isNamed }: Reading): Computed[] | undefined {
  const said = operations.aggregates;
  const aggregates = said.length > 0 ? said : operations.isHowMuch ? (['sum'] as const) : [];
  const own = comparedColumn(operations, table);
  if ((operations.compared?.isOnly && !own) || (operations.limit ?? 1) > 1) return undefined;
  const measures = free.filter(({ column }) => isMeasure(column));
  const whole = measures.filter((mention) => mention.said === 'all');
  const numbers = whole.length > 0 ? whole : measures;
  const days = free.filter(({ column }) => column.type === 'date' || column.type === 'moment');
  const isOrder = aggregates.every((aggregate) => aggregate === 'min' || aggregate === 'max');
  const candidates = new Set((numbers.length > 0 || !isOrder ? numbers : days).map(({ column }) => column));
  // `average number of passengers` of AirPassengers.csv, whose only numbers are called `value`.
  const only = candidates.size === 0 && isNamed ? onlyNumbers(table) : undefined;
  const column = own ?? only ?? (candidates.size === 1 ? [...candidates][0] : undefined);
  return column && aggregates.map((aggregate) => ({ aggregate, column }));
}

/** `how many units` adds up a column of numbers; `how many regions` counts what a column holds; all else counts rows. */
function planCount({ operations, mentions, tokens, free, table }: Reading, countedAt: number): Computed {
  const head = mentions.find(
    (mention) =>
      mention.kind === 'column' &&
      (mention.start === countedAt || (mention.start === countedAt + 1 && !isVerb(tokens[countedAt]))),
  );
  const quantity = quantityOf(tokens, table);
  const rows: Computed = quantity ? { aggregate: 'sum', column: quantity } : { aggregate: 'count' };
  if (head?.kind !== 'column' || !free.includes(head)) return rows;
  const { column, said } = head;
  if (operations.isDistinct) return { aggregate: 'distinct', column };
  // `how many customers` of a table of orders, by the ids of the customers.
  if (isIdentifier(column)) {
    const isOfOthers = /ids?$/i.test(column.name) && column.unique !== true;
    return isOfOthers ? { aggregate: 'distinct', column } : { aggregate: 'count' };
  }
  if (isMeasure(column) && column.isFlag !== true && !isCategory(column) && said === 'all')
    return { aggregate: 'sum', column };
  const isOfFew = column.type === 'text' && said !== 'part' && column.unique !== true && column.values !== undefined;
  return isOfFew && !quantity ? { aggregate: 'distinct', column } : rows;
}

function isVerb(token: Token | undefined): boolean {
  return /ed$|^(?:is|are|was|were|have|has|had|do|did|does)$/.test(token?.word ?? '');
}

const DENIALS = new Set(['not', 'without', 'no', 'never', 'weren', 'wasn']);

/** Columns of truth values that are named for themselves: `how many were cancelled`. */
export function truthConditions({ free, tokens }: Reading, computed: readonly Computed[]): Condition[] {
  return free.flatMap(({ column, start }): Condition[] => {
    const isTruth = column.type === 'boolean' || column.isFlag === true;
    if (!isTruth || computed.some((one) => one.column === column)) return [];
    const isDenied = denialBefore(tokens, start) !== undefined;
    return [{ kind: 'compare', column, by: '=', value: column.type === 'boolean' ? !isDenied : Number(!isDenied) }];
  });
}

/** Where the words stand that deny such a column. */
export function deniedAt({ free, tokens }: Reading, { conditions }: { conditions: readonly Condition[] }): number[] {
  const isDenied = ({ column }: (typeof free)[number]): boolean =>
    conditions.some(
      (one) => one.kind === 'compare' && one.column === column && (one.value === false || one.value === 0),
    );
  return free.filter(isDenied).flatMap(({ start }) => denialBefore(tokens, start) ?? []);
}

function denialBefore(tokens: readonly Token[], start: number): number | undefined {
  return [start - 1, start - 2].find((at) => DENIALS.has(tokens[at]?.word ?? ''));
}
