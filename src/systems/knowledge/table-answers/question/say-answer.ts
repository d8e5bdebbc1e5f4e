import type { TableColumn, TypedCell } from '../contract.ts';
import type { QueryResult } from '../run-query.ts';
import type { Computed, Condition, QuestionPlan } from './plan.ts';

const MOST_GROUPS_TOLD = 20;
const DECIMALS = 10_000;
const PHRASES = {
  count: 'number of rows',
  distinct: 'number of different values of',
  sum: 'total of',
  avg: 'average of',
  median: 'median of',
  min: 'lowest',
  max: 'highest',
} as const;
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** The answer to a planned question, in words. Undefined where there is nothing to tell: no row is as it was asked. */
export function sayAnswer(plan: QuestionPlan, { rows, used, isCut }: QueryResult): string | undefined {
  const { computed, conditions, groupBy, ranking } = plan;
  const where = sayConditions(conditions);
  if (ranking) return sayRanking(plan, rows, where);
  if (groupBy) {
    const told = rows
      .slice(0, MOST_GROUPS_TOLD)
      .map(([group, ...values]) => `${sayCell(group ?? null, groupBy)}: ${sayValues(computed, values)}`);
    const more = rows.length > told.length || isCut ? ` The ${told.length} highest of them are told.` : '';
    return rows.length === 0
      ? undefined
      : `The ${sayComputed(computed)} per ${groupBy.name}${where}: ${told.join('; ')}.${more}`;
  }
  const [values = []] = rows;
  const isCount = computed.every(({ aggregate }) => aggregate === 'count' || aggregate === 'distinct');
  if (!isCount && (used.count === 0 || values.every((value) => value === null))) return undefined;
  const from = isCount ? '' : ` (from ${used.count} ${used.count === 1 ? 'row' : 'rows'})`;
  return `The ${sayComputed(computed)}${where} is ${sayValues(computed, values)}${from}.`;
}

function sayRanking({ computed, ranking }: QuestionPlan, rows: QueryResult['rows'], where: string): string | undefined {
  const [first] = computed;
  if (!ranking || !first || rows.length === 0) return undefined;
  const told = rows.map(
    ([entity, value]) => `${sayCell(entity ?? null, ranking.entity)} (${sayValues(computed, [value ?? null])})`,
  );
  const measure = ranking.isRow ? (first.column?.name ?? '') : sayComputed(computed);
  const most = ranking.way === 'max' ? 'highest' : 'lowest';
  const is = rows.length === 1 ? 'is' : 'are, in this order,';
  return `The ${ranking.entity.name} with the ${most} ${measure}${where} ${is} ${told.join('; ')}.`;
}

function sayComputed(computed: readonly Computed[]): string {
  return computed
    .map(({ aggregate, column }) => (column ? `${PHRASES[aggregate]} ${column.name}` : PHRASES[aggregate]))
    .join(' and the ');
}

function sayValues(computed: readonly Computed[], values: readonly TypedCell[]): string {
  return values
    .map((value, index) => {
      const { aggregate, column } = computed[index] ?? {};
      return aggregate === 'distinct' ? sayCell(value, undefined) : sayCell(value, column);
    })
    .join(' and ');
}

/** Numbers with at most four decimals and without grouping; shares as `45%`. */
export function sayCell(value: TypedCell, column: TableColumn | undefined): string {
  if (value === null) return 'nothing';
  if (typeof value !== 'number') return String(value).replace(/[T ]00:00:00$/, '');
  const { unit } = column ?? {};
  if (unit === '%') return `${rounded(value * 100)}%`;
  return unit !== undefined && /[$€£¥₹]/.test(unit) ? `${unit}${rounded(value)}` : rounded(value);
}

function rounded(value: number): string {
  if (Math.abs(value) > 0 && Math.abs(value) < 0.01) return String(Number(value.toPrecision(4)));
  return String(Math.round(value * DECIMALS) / DECIMALS);
}

function sayConditions(conditions: readonly Condition[]): string {
  if (conditions.length === 0) return '';
  return ` where ${conditions.map(sayCondition).join(' and ')}`;
}

function sayCondition(condition: Condition): string {
  const { name } = condition.column;
  switch (condition.kind) {
    case 'compare':
      return `${name} ${condition.by === '=' ? 'is' : condition.by} ${sayCell(condition.value, condition.column)}`;
    case 'one-of':
      return `${name} is ${condition.not ? 'not ' : ''}${condition.values.join(' or ')}`;
    case 'year':
      return `the year of ${name} ${condition.by === '=' ? 'is' : condition.by} ${condition.year}`;
    case 'month':
      return `the month of ${name} is ${MONTHS[condition.month - 1]}`;
  }
}
