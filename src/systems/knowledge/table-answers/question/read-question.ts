import type { TableColumn, TableDescription } from '../contract.ts';
import { isCategory } from './columns.ts';
import { findConditions } from './conditions.ts';
import { type ColumnMention, findMentions, type Mention } from './mentions.ts';
import { findOperations } from './operations.ts';
import type { Condition, QuestionPlan } from './plan.ts';
import { deniedAt, planComputed, truthConditions } from './plan-computed.ts';
import { planRanking } from './plan-ranking.ts';
import type { Token } from './tokens.ts';
import { unexplainedTokens } from './unexplained.ts';
import { GROUP_WORDS, LIGHT, OTHER_KINDS } from './vocabulary.ts';

/** A question taken apart against one table. */
export interface Reading {
  readonly tokens: readonly Token[];
  readonly table: TableDescription;
  readonly mentions: readonly Mention[];
  readonly conditions: readonly Condition[];
  readonly operations: ReturnType<typeof findOperations>;
  /** Whether the question says what the table is called. */
  readonly isNamed: boolean;
  readonly groupBy: ColumnMention | undefined;
  /** Who or what is asked for. */
  readonly entity: ColumnMention | undefined;
  /** Columns that are named for themselves, and not in a condition. */
  readonly free: readonly ColumnMention[];
}

const ASKING = new Set(['which', 'what', 'who', 'whose']);
const BE = new Set(['is', 'was', 'are', 'were']);
const AFTER_GROUP_WORD = new Set(['each', 'the', 'of', 'every', 'single']);
const ENTITY_REACH = 2;
const GROUP_REACH = 3;

/**
 * Reads a question of counting and computing against a table: what is to be computed, of which rows. It refuses rather than
 * guesses: every word that could say which rows are meant has to be explained by the table.
 *
 * @param names stems of what the table is called: its file, sheet and caption
 * @returns undefined for a question of another kind, or of something that the table does not tell
 */
export function readQuestion(
  tokens: readonly Token[],
  table: TableDescription,
  names: ReadonlySet<string>,
): QuestionPlan | undefined {
  if (tokens.some(({ word }) => OTHER_KINDS.has(word))) return undefined;
  const mentions = findMentions(tokens, table);
  const operations = findOperations(tokens, mentions);
  const isComputing = operations.aggregates.length > 0 || operations.countedAt !== undefined || operations.isHowMuch;
  if (!isComputing) return undefined;
  const { conditions, used, isUnclear } = findConditions(tokens, mentions, table.columns);
  if (isUnclear) return undefined;
  const isNamed = tokens.some(({ stem, word }) => names.has(stem) && !LIGHT.has(word));
  const reading = readRoles({ tokens, table, mentions, conditions, operations, isNamed });
  const planned = plan(reading);
  const idle = planned && idleMentions(reading, planned);
  if (!idle || idle.some(({ said }) => said === 'all')) return undefined;
  const telling = mentions.filter((mention) => mention.kind === 'value' || !idle.includes(mention));
  const said = telling.flatMap(({ start, end }) => tokens.map((_, at) => at).slice(start, end));
  const denials = deniedAt(reading, planned);
  const explained = new Set([...used, ...operations.used, ...said, ...denials]);
  const rest = unexplainedTokens(tokens, { explained, conditional: used, names, countedAt: operations.countedAt });
  const compared = operations.compared && planned.computed.some(({ column }) => column !== undefined) ? 1 : 0;
  const evidence = said.length * 2 + conditions.length + rest.named + compared;
  return rest.unexplained.length > 0 || evidence === 0 ? undefined : { ...planned, explained: evidence };
}

function readRoles(of: Omit<Reading, 'groupBy' | 'entity' | 'free'>): Reading {
  const columns = of.mentions.filter((mention) => mention.kind === 'column');
  const inCondition = conditionMentions(columns, of.conditions);
  const open = columns.filter((mention) => !inCondition.has(mention));
  const groupBy = open.find((mention) => isGrouped(of.tokens, mention));
  const entity = open.find((mention) => mention !== groupBy && isAskedFor(of.tokens, mention));
  return { ...of, groupBy, entity, free: open.filter((mention) => mention !== groupBy && mention !== entity) };
}

/** The mentions that say what a condition is about: of each condition's column one. */
function conditionMentions(columns: readonly ColumnMention[], conditions: readonly Condition[]): Set<ColumnMention> {
  const said = new Set<ColumnMention>();
  for (const { column } of conditions) {
    // Where a column is both computed and compared, the first naming is the computed one.
    const mention = columns.findLast((one) => one.column === column && !said.has(one));
    if (mention) said.add(mention);
  }
  return said;
}

function isGrouped(tokens: readonly Token[], { start, column }: ColumnMention): boolean {
  const before = tokens.slice(Math.max(0, start - GROUP_REACH), start).map(({ word }) => word);
  const at = before.findIndex((word) => GROUP_WORDS.has(word));
  if (at < 0) return false;
  // `top 5 products by price`: what they are ordered by.
  if (before[at] === 'by' && column.type === 'number' && !isCategory(column)) return false;
  return before.slice(at + 1).every((word) => AFTER_GROUP_WORD.has(word));
}

function isAskedFor(tokens: readonly Token[], { start }: ColumnMention): boolean {
  const before = tokens.slice(Math.max(0, start - ENTITY_REACH), start).map(({ word }) => word);
  return before.some((word) => ASKING.has(word)) && !before.some((word) => BE.has(word));
}

type Planned = Omit<QuestionPlan, 'explained'>;

function plan(reading: Reading): Planned | undefined {
  const { operations, groupBy } = reading;
  const ranked = operations.superlative && !groupBy ? planRanking(reading, operations.superlative) : undefined;
  const computed = ranked?.computed ?? planComputed(reading);
  if (!computed || computed.length === 0) return undefined;
  return {
    computed,
    conditions: [...reading.conditions, ...truthConditions(reading, computed)],
    ...(ranked && { ranking: ranked.ranking }),
    ...(groupBy && { groupBy: groupBy.column }),
  };
}

/** Columns that the question names and the plan does not use: something was not understood. */
function idleMentions({ free, entity, operations }: Reading, planned: Planned): ColumnMention[] {
  const { computed, conditions, ranking } = planned;
  const columns = [...computed, ...conditions].map(({ column }) => column);
  const used = new Set<TableColumn | undefined>([...columns, ranking?.entity]);
  const isHead = ({ start }: ColumnMention): boolean =>
    operations.countedAt !== undefined && start >= operations.countedAt && start <= operations.countedAt + 1;
  return [...free, ...(entity ? [entity] : [])].filter((mention) => !used.has(mention.column) && !isHead(mention));
}
