import { taskFile, type WorkerLimits, type WorkerTask } from '../../../workers/index.ts';
import type { SegmentFile } from '../indexing/segment-files.ts';
import type { ColumnType, TypedCell } from './contract.ts';

/** A table as SQL knows it. */
export interface QueriedTable {
  readonly name: string;
  readonly file: SegmentFile;
  /** Among the tables of the file. */
  readonly ordinal: number;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType; readonly at: number }[];
}

export interface TableQuery {
  readonly tables: readonly QueriedTable[];
  /** One SELECT. */
  readonly sql: string;
  /** Gives the row numbers of the first table that the answer is taken from; absent: all of them. */
  readonly usedSql?: string;
  /** Of its rows that are told with the answer. */
  readonly mostLines: number;
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly TypedCell[])[];
  /** Whether there were more rows than are told. */
  readonly isCut: boolean;
  readonly used: UsedRows;
}

/** The rows of the first table that an answer is taken from. */
export interface UsedRows {
  readonly count: number;
  /** Row numbers of the file; undefined where none was used. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly header: readonly string[];
  readonly lines: readonly string[];
}

export const RUN_QUERY: WorkerTask<TableQuery, QueryResult> = {
  name: 'Asking the tables',
  file: taskFile(import.meta.url, './run-query.task.ts'),
  isolation: 'process',
};
/** What DuckDB itself may take of memory stays below the limit of its process. */
export const QUERY_LIMITS: WorkerLimits = { timeoutMs: 30_000, cpuMs: 20_000, memoryMb: 1_536 };
export const QUERY_MEMORY_MB = 512;
/** Rows of a result that are read. */
export const MOST_RESULT_ROWS = 200;
