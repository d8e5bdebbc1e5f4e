import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { LoamError } from '../../../core/errors.ts';
import { readSegmentFile } from '../indexing/segment-files.ts';
import { checkSelect, refuseQuery } from './check-select.ts';
import { type ColumnType, ROW_COLUMN, type TypedCell } from './contract.ts';
import { type DuckDb, loadDuckDb } from './duckdb.ts';
import {
  MOST_RESULT_ROWS,
  QUERY_MEMORY_MB,
  type QueriedTable,
  type QueryResult,
  type TableQuery,
  type UsedRows,
} from './run-query.ts';
import { type OpenTable, openTableFile } from './table-file.ts';

/** Nothing outside of the process is to be reached, whatever the query says; locked before it is looked at. */
const SETTINGS = {
  threads: '1',
  memory_limit: `${QUERY_MEMORY_MB}MB`,
  enable_external_access: 'false',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  allow_unsigned_extensions: 'false',
};
const ROWS_AT_ONCE = 2_048;
const DAY_MS = 86_400_000;
const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  number: 'double',
  text: 'varchar',
  boolean: 'boolean',
  date: 'date',
  moment: 'timestamp',
};

/** In the worker process: loads tables into a database in memory, shuts it off, and runs one SELECT. */
export async function run(query: TableQuery): Promise<QueryResult> {
  const duckDb = await loadDuckDb();
  const instance = await duckDb.DuckDBInstance.create(':memory:', SETTINGS);
  const connection = await instance.connect();
  try {
    const opened: OpenTable[] = [];
    for (const table of query.tables) {
      const open = openTableFile(await readSegmentFile(table.file))[table.ordinal];
      if (!open) throw new Error('A table is missing in its file.');
      await load(duckDb, connection, table, open);
      opened.push(open);
    }
    await connection.run('set lock_configuration = true');
    const names = query.tables.map(({ name }) => name);
    const { columns, rows, isCut } = await select(connection, query.sql, names);
    return { columns, rows, isCut, used: await usedRows(connection, query, opened[0], names) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** As SQL writes a name. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function load(duckDb: DuckDb, connection: DuckDBConnection, table: QueriedTable, open: OpenTable): Promise<void> {
  const definitions = table.columns.map(({ name, type }) => `${quoted(name)} ${SQL_TYPES[type]}`);
  await connection.run(`create table ${quoted(table.name)} (${[...definitions, `${ROW_COLUMN} integer`].join(', ')})`);
  const types: Readonly<Record<ColumnType, DuckDBType>> = {
    number: duckDb.DOUBLE,
    text: duckDb.VARCHAR,
    boolean: duckDb.BOOLEAN,
    date: duckDb.DATE,
    moment: duckDb.TIMESTAMP,
  };
  const rowNumbers = open.rowNumbers();
  const cells = table.columns.map(({ at }) => open.cells(at));
  const appender = await connection.createAppender(table.name);
  for (let start = 0; start < rowNumbers.length; start += ROWS_AT_ONCE) {
    const end = start + ROWS_AT_ONCE;
    const chunk = duckDb.DuckDBDataChunk.create([...table.columns.map(({ type }) => types[type]), duckDb.INTEGER]);
    const columns = table.columns.map(({ type }, index) =>
      (cells[index] ?? []).slice(start, end).map((cell) => valueOfCell(duckDb, type, cell)),
    );
    chunk.setColumns([...columns, rowNumbers.slice(start, end)]);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function valueOfCell(duckDb: DuckDb, type: ColumnType, cell: TypedCell): DuckDBValue {
  if (type === 'date') return cell === null ? null : new duckDb.DuckDBDateValue(Date.parse(`${cell}Z`) / DAY_MS);
  if (type === 'moment') return cell === null ? null : new duckDb.DuckDBTimestampValue(microseconds(`${cell}Z`));
  return cell;
}

function microseconds(moment: string): bigint {
  return BigInt(Date.parse(moment)) * 1000n;
}

async function select(
  connection: DuckDBConnection,
  sql: string,
  tables: readonly string[],
): Promise<Omit<QueryResult, 'used'>> {
  const serialized = await connection.runAndReadAll('select json_serialize_sql($1::varchar)', [sql]);
  checkSelect(String(serialized.getRows()[0]?.[0]), tables);
  try {
    const reader = await connection.streamAndReadUntil(sql, MOST_RESULT_ROWS + 1);
    const rows = reader.getRowsJson().slice(0, MOST_RESULT_ROWS);
    const numeric = reader.columnTypes().map((type) => /INT|DECIMAL|DOUBLE|FLOAT/.test(String(type)));
    return {
      columns: reader.columnNames(),
      rows: rows.map((row) => row.map((cell, column) => plainCell(cell, numeric[column] === true))),
      isCut: reader.currentRowCount > MOST_RESULT_ROWS,
    };
  } catch (error) {
    if (error instanceof LoamError || !(error instanceof Error)) throw error;
    return refuseQuery('is not understood by the database');
  }
}

function plainCell(cell: unknown, isNumber: boolean): TypedCell {
  if (cell === null || typeof cell === 'boolean' || typeof cell === 'number') return cell;
  if (typeof cell === 'string') return isNumber && cell !== '' ? Number(cell) : cell;
  return JSON.stringify(cell);
}

async function usedRows(
  connection: DuckDBConnection,
  { usedSql, mostLines, tables }: TableQuery,
  table: OpenTable | undefined,
  names: readonly string[],
): Promise<UsedRows> {
  if (!table) return { count: 0, first: undefined, last: undefined, header: [], lines: [] };
  const sql = usedSql ?? `select ${ROW_COLUMN} from ${quoted(tables[0]?.name ?? '')}`;
  const ordered = `select ${ROW_COLUMN} from (${sql}) used order by ${ROW_COLUMN}`;
  const bounds = `select count(*), min(${ROW_COLUMN}), max(${ROW_COLUMN}) from (${sql}) used`;
  const told = await select(connection, `${ordered} limit ${mostLines}`, names);
  const [[count, first, last] = []] = (await select(connection, bounds, names)).rows;
  const wanted = new Set(told.rows.map(([row]) => row));
  const lines = table.lines();
  const numbers = table.rowNumbers();
  return {
    count: Number(count ?? 0),
    first: typeof first === 'number' ? first : undefined,
    last: typeof last === 'number' ? last : undefined,
    header: table.header,
    lines: lines.filter((_, index) => wanted.has(numbers[index] ?? -1)),
  };
}
