import { isLoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { MetadataFilter } from '../../../segments/index.ts';
import { cellRange } from '../chunkers/cell-range.ts';
import type { KnowledgeContext } from '../context.ts';
import { storedFile } from '../indexing/stored-bytes.ts';
import { CELLS_METADATA, SQL_METADATA } from '../metadata-keys.ts';
import type { Passage } from '../retrieval/passage.ts';
import { documentMetadata } from '../sync/prepare-document.ts';
import { selectHeldTables } from '../tables/document-tables.ts';
import type { TableColumn } from './contract.ts';
import { hasDuckDb } from './duckdb.ts';
import { fileOf, filteredTables, findTable, type HeldTable, type PlannedTable } from './find-table.ts';
import { findOperations } from './question/operations.ts';
import { sayAnswer } from './question/say-answer.ts';
import { type PlannedSql, toSql } from './question/to-sql.ts';
import { readTokens } from './question/tokens.ts';
import { QUERY_LIMITS, type QueryResult, RUN_QUERY, type TableQuery, type UsedRows } from './run-query.ts';

type TableContext = Pick<KnowledgeContext, 'database' | 'store' | 'workers' | 'dataKeys' | 'log'>;

export interface TableQuestion {
  readonly knowledgeBaseId: string;
  readonly question: string;
  /** The caller's own. */
  readonly filter?: MetadataFilter | undefined;
  /** What of the knowledge base exists for the caller: `call.visible`. */
  readonly visible?: MetadataFilter | undefined;
}

/** An answer that was computed from a table. */
export interface TableAnswer {
  readonly text: string;
  /** The header and the first rows that it is taken from, with their cells and the query in its metadata. */
  readonly passage: Passage;
  /** The query, as it was run. */
  readonly sql: string;
}

/** Of a knowledge base; the tables of further documents are not asked. */
const MOST_DOCUMENTS = 2_000;
const MOST_LINES = 20;
const SQL_TABLE = 'table_1';
/** What speaks against the tables for this question, and nothing against the passages. */
const LEFT_TO_PASSAGES = [
  'table-query-refused',
  'package-missing',
  'work-timed-out',
  'work-out-of-memory',
  'work-failed',
];

/**
 * Answers a question of counting, adding up, averages, the least or the most from a table of the knowledge base, by SQL.
 * Which documents' tables may be asked is decided before: by the filter and by what exists for the caller.
 *
 * @returns undefined for every other question, and where no table, or more than one, explains it
 * @throws LoamError `kms-key-disabled` … when the key of the table cannot be used
 */
export async function tryTableAnswer(
  context: TableContext,
  scope: Scope,
  { knowledgeBaseId, question, filter, visible }: TableQuestion,
  signal: AbortSignal,
): Promise<TableAnswer | undefined> {
  const tokens = readTokens(question);
  const { aggregates, countedAt, isHowMuch } = findOperations(tokens, []);
  const mayCompute =
    aggregates.length > 0 || countedAt !== undefined || isHowMuch || /average|total|max|min/i.test(question);
  if (!mayCompute || !hasDuckDb()) return undefined;
  const rows = await selectHeldTables(context.database, scope, { knowledgeBaseId, limit: MOST_DOCUMENTS });
  const table = findTable(tokens, filteredTables(rows, [filter, visible]));
  if (!table) return undefined;
  const query = toSql(table.plan, SQL_TABLE);
  const result = await runQuery(context, scope, { knowledgeBaseId, table, query }, signal);
  const text = result && sayAnswer(table.plan, result);
  return result === undefined || text === undefined
    ? undefined
    : { text, passage: citedRows(table, query, result), sql: query.sql };
}

interface Run {
  readonly knowledgeBaseId: string;
  readonly table: PlannedTable;
  readonly query: PlannedSql;
}

async function runQuery(
  context: TableContext,
  scope: Scope,
  { knowledgeBaseId, table, query }: Run,
  signal: AbortSignal,
): Promise<QueryResult | undefined> {
  const { document, description } = table;
  const { bytesId, size, sealedKey } = document;
  const stored = { bytesId, size: Number(size), sealedKey: sealedKey ?? undefined };
  const file = await storedFile(context, { scope, knowledgeBaseId }, stored, signal);
  const columns = query.columns.map(({ name, type }) => ({ name, type, at: placeOf(description.columns, name) }));
  const queried = { name: SQL_TABLE, file, ordinal: description.ordinal, columns };
  const input: TableQuery = { tables: [queried], sql: query.sql, usedSql: query.usedSql, mostLines: MOST_LINES };
  try {
    return await context.workers.run(RUN_QUERY, input, { limits: QUERY_LIMITS, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!isLoamError(error) || !LEFT_TO_PASSAGES.includes(error.code)) throw error;
    context.log.warn({ knowledgeBaseId, error: error.message }, 'A table could not be asked');
    return undefined;
  }
}

function placeOf(columns: readonly TableColumn[], name: string): number {
  return columns.findIndex((column) => column.name === name);
}

/** The passage that an answer from a table is cited with. */
function citedRows(table: PlannedTable, { sql }: PlannedSql, { used }: QueryResult): Passage {
  const { document, description } = table;
  const cells = usedCells(table, used);
  const more = used.count > used.lines.length ? [`… ${used.count - used.lines.length} more`] : [];
  const lines = [...used.header, ...used.lines, ...more].filter((line) => line !== '');
  return {
    id: `${document.documentId}:t${description.ordinal}`,
    text: lines.join('\n') || fileOf(document.uri),
    uri: document.uri,
    score: 1,
    metadata: {
      ...documentMetadata(document, document.attributes ?? {}),
      ...(cells !== undefined && { [CELLS_METADATA]: cells }),
      [SQL_METADATA]: sql,
    },
    ...(document.isCustom && { custom: true as const }),
  };
}

/** From the first row that was used to the last: of what was computed its column, of a ranking the whole rows. */
function usedCells({ description, plan }: HeldTable & PlannedTable, { first, last }: UsedRows): string | undefined {
  const rows = [first ?? description.firstRow, last ?? description.lastRow];
  const letters = plan.computed.flatMap(({ column }) => column?.letter ?? []);
  const isOneColumn = !plan.ranking && !plan.groupBy && letters.length > 0;
  const columns = isOneColumn ? [letters[0] ?? 'A'] : description.columns.map(({ letter }) => letter);
  const shape = { headerRows: 0, rowNumbers: rows, columns };
  return cellRange(description.sheet === undefined ? shape : { ...shape, sheet: description.sheet }, [0, 1]);
}
