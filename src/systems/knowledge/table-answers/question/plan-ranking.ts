import type { TableColumn } from '../contract.ts';
import { comparedColumn, isMeasure, quantityOf, whenColumn, whoColumn } from './columns.ts';
import type { Operations } from './operations.ts';
import type { Computed, QuestionPlan } from './plan.ts';
import type { Reading } from './read-question.ts';
import { stemsOf } from './tokens.ts';
import { ADDITIVE } from './vocabulary.ts';

const NEVER_ADDED = new Set(['price', 'rate', 'averag', 'mean', 'percent', 'per', 'ratio', 'ag', 'max', 'min']);

export type Ranked = Pick<QuestionPlan, 'computed'> & Required<Pick<QuestionPlan, 'ranking'>>;

/**
 * Who or what has the highest: the row that has it, or, where several rows are of one and can be added up, what they come to.
 * Undefined where nobody is asked for, only how much it is.
 */
export function planRanking(reading: Reading, superlative: NonNullable<Operations['superlative']>): Ranked | undefined {
  const { operations, free, table, tokens } = reading;
  const own = comparedColumn(operations, table);
  if (operations.compared?.isOnly && !own) return undefined;
  const measure = own ?? free.find(({ column }) => isMeasure(column))?.column;
  const named =
    reading.entity?.column ?? free.find(({ column }) => column !== measure && column.type === 'text')?.column;
  const entity = named ?? whoColumn(tokens, table) ?? whenColumn(tokens, table);
  if (!entity || entity === measure) return undefined;
  const found = ranked(reading, superlative, { entity, measure });
  return (
    found && {
      computed: [found],
      ranking: { entity, way: superlative.way, limit: operations.limit ?? 1, isRow: found.isRow },
    }
  );
}

/** `Unit Price` is of one unit. */
function isAdditive({ name }: TableColumn): boolean {
  const stems = stemsOf(name);
  return stems.some((stem) => ADDITIVE.has(stem)) && !stems.some((stem) => NEVER_ADDED.has(stem));
}

function ranked(
  { operations, tokens, table }: Reading,
  { way, isMost }: NonNullable<Operations['superlative']>,
  { entity, measure }: { entity: TableColumn; measure: TableColumn | undefined },
): (Computed & { isRow: boolean }) | undefined {
  const isAlone = entity.unique === true;
  const combined = operations.aggregates.find((aggregate) => aggregate !== 'min' && aggregate !== 'max');
  if (measure && combined && !isAlone) return { aggregate: combined, column: measure, isRow: false };
  if (measure) {
    const isAdded = !isAlone && (isMost || isAdditive(measure));
    return isAdded
      ? { aggregate: 'sum', column: measure, isRow: false }
      : { aggregate: way, column: measure, isRow: true };
  }
  const quantity = isMost ? quantityOf(tokens, table) : undefined;
  if (quantity) return { aggregate: 'sum', column: quantity, isRow: false };
  const isCounted = isMost && !operations.compared && !isAlone;
  return isCounted ? { aggregate: 'count', isRow: false } : undefined;
}
