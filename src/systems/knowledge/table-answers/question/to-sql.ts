import { ROW_COLUMN, type TableColumn } from '../contract.ts';
import type { Computed, Condition, QuestionPlan } from './plan.ts';

export interface PlannedSql {
  readonly sql: string;
  /** Gives the row numbers that the answer is taken from. */
  readonly usedSql: string;
  /** The columns that it needs. */
  readonly columns: readonly TableColumn[];
}

const MOST_GROUPS = 100;

/** A plan as one SELECT. Texts are compared without case; values are written as literals, quotes doubled. */
export function toSql(plan: QuestionPlan, table: string): PlannedSql {
  const { computed, conditions, groupBy, ranking } = plan;
  const needed = ranking?.isRow
    ? [...conditions.map(writeCondition), ...computed.map(notNull)]
    : conditions.map(writeCondition);
  const where = needed.length > 0 ? ` WHERE ${needed.join(' AND ')}` : '';
  const results = computed.map(writeComputed);
  const from = `FROM ${name(table)}${where}`;
  const sql = ranking
    ? writeRanking(plan, from)
    : groupBy
      ? `SELECT ${[name(groupBy.name), ...results].join(', ')} ${from} GROUP BY 1 ORDER BY 2 DESC NULLS LAST, 1 LIMIT ${MOST_GROUPS}`
      : `SELECT ${results.join(', ')} ${from}`;
  const columns = [
    ...computed.map(({ column }) => column),
    ...conditions.map(({ column }) => column),
    groupBy,
    ranking?.entity,
  ];
  return {
    sql,
    usedSql: usedSql(plan, from, table),
    columns: [...new Set(columns.filter((column) => column !== undefined))],
  };
}

function writeRanking({ computed, ranking }: QuestionPlan, from: string): string {
  const [first] = computed;
  if (!ranking || !first) throw new Error('A ranking without a measure.');
  const order = `ORDER BY 2 ${ranking.way === 'max' ? 'DESC' : 'ASC'} NULLS LAST, 1 LIMIT ${ranking.limit}`;
  const entity = name(ranking.entity.name);
  if (ranking.isRow) return `SELECT ${entity}, ${name(first.column?.name ?? '')} ${from} ${order}`;
  return `SELECT ${entity}, ${writeComputed(first)} ${from} GROUP BY 1 ${order}`;
}

/** Of a ranking only the rows of whoever came first. */
function usedSql({ computed, ranking }: QuestionPlan, from: string, table: string): string {
  const present = computed.filter(({ column }) => column !== undefined).map(notNull);
  if (!ranking && present.length === 0) return `SELECT ${ROW_COLUMN} ${from}`;
  if (!ranking)
    return `SELECT ${ROW_COLUMN} ${from} ${from.includes(' WHERE ') ? 'AND' : 'WHERE'} ${present.join(' AND ')}`;
  const entity = name(ranking.entity.name);
  const measure = computed[0]?.column;
  if (ranking.isRow && measure) {
    const order = `${name(measure.name)} ${ranking.way === 'max' ? 'DESC' : 'ASC'} NULLS LAST, ${entity}`;
    return `SELECT ${ROW_COLUMN} ${from} ORDER BY ${order} LIMIT ${ranking.limit}`;
  }
  const winners = `SELECT w.e FROM (${writeRanking({ computed, ranking, conditions: [], explained: 0 }, from)}) w (e, v)`;
  const also = from.includes(' WHERE ') ? from.slice(from.indexOf(' WHERE ') + 7) : 'true';
  return `SELECT ${ROW_COLUMN} FROM ${name(table)} WHERE ${entity} IN (${winners}) AND ${also}`;
}

function writeComputed({ aggregate, column }: Computed): string {
  if (!column) return 'count(*)';
  if (aggregate === 'distinct') return `count(DISTINCT ${name(column.name)})`;
  return `${aggregate}(${name(column.name)})`;
}

function notNull({ column }: Computed): string {
  return column ? `${name(column.name)} IS NOT NULL` : 'true';
}

function writeCondition(condition: Condition): string {
  const column = name(condition.column.name);
  switch (condition.kind) {
    case 'compare':
      return `${column} ${condition.by} ${literal(condition.value)}`;
    case 'one-of': {
      const values = condition.values.map(literal).join(', ');
      return condition.not ? `(${column} NOT IN (${values}) OR ${column} IS NULL)` : `${column} IN (${values})`;
    }
    case 'year':
      return `year(${column}) ${condition.by} ${condition.year}`;
    case 'month':
      return `month(${column}) = ${condition.month}`;
  }
}

function name(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function literal(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  return `'${value.replaceAll("'", "''")}'`;
}
