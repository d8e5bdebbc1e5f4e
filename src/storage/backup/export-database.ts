import type { PooledDatabase, Session } from '../database/pooled-database.ts';
import { type LinesFile, writeLines } from './files.ts';
import type { Manifest } from './manifest.ts';
import type { Shelf } from './shelf.ts';
import { bytesStatements, quoted, selectTables, type Table } from './tables.ts';

export type ExportedDatabase = Pick<Manifest, 'migrations' | 'tables' | 'sequences'> & {
  readonly bytes: readonly { readonly store: 'objects' | 'segments'; readonly file: LinesFile }[];
};

const ROWS_AT_ONCE = 500;
// So that the texts of values are the same whatever the server's settings, and lose nothing.
const SETTINGS = `set local time zone 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
  set local idle_in_transaction_session_timeout = 0; set local bytea_output = 'hex'; set local extra_float_digits = 3`;

/**
 * Writes all tables as they are at one moment, and which bytes they name then: one snapshot (REPEATABLE READ) for all of it,
 * while others go on writing. It lasts as long as the tables take, which is against the rule for transactions: it reads only.
 */
export function exportDatabase(database: PooledDatabase, shelf: Shelf, folder: string): Promise<ExportedDatabase> {
  return database.session(async (run) => {
    await run(`begin isolation level repeatable read read only; ${SETTINGS}`);
    try {
      const migrations = (await run(
        `select id, coalesce(sha256, '') as sha256 from loam_migrations order by ran, id`,
      )) as Manifest['migrations'];
      const described = await selectTables(run);
      const tables = [];
      for (const table of described) {
        const file = await writeLines(shelf, `${folder}/tables/${table.name}.ndjson.gz`, rowsOf(run, table));
        tables.push({ name: table.name, columns: [...table.columns], file });
      }
      const bytes = [];
      for (const store of ['objects', 'segments'] as const) {
        const file = await writeLines(shelf, `${folder}/bytes-${store}.txt.gz`, idsOf(run, described, store));
        bytes.push({ store, file });
      }
      return { migrations, tables, sequences: await selectSequences(run), bytes };
    } finally {
      await run('rollback');
    }
  });
}

async function* rowsOf(run: Session, { name, columns }: Table): AsyncGenerator<string> {
  const texts = columns.map((column, at) => `${quoted(column.name)}::text as c${at}`).join(', ');
  for await (const row of fetched(run, `select ${texts} from ${quoted(name)}`)) {
    yield JSON.stringify(columns.map((_, at) => row[`c${at}`] ?? null));
  }
}

async function* idsOf(run: Session, tables: readonly Table[], store: 'objects' | 'segments'): AsyncGenerator<string> {
  const statements = bytesStatements(tables, store);
  if (statements.length === 0) return;
  const query = `select id from (${statements.join(' union ')}) as used order by id collate "C"`;
  for await (const { id } of fetched(run, query)) yield id as string;
}

async function* fetched(run: Session, query: string): AsyncGenerator<Record<string, string | null>> {
  await run(`declare exported no scroll cursor for ${query}`);
  for (;;) {
    const rows = (await run(`fetch ${ROWS_AT_ONCE} from exported`)) as Record<string, string | null>[];
    yield* rows;
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await run('close exported');
}

async function selectSequences(run: Session): Promise<Manifest['sequences']> {
  const names = (await run(
    `select relname as name from pg_class where relkind = 'S' and relnamespace = current_schema()::regnamespace order by 1`,
  )) as { name: string }[];
  const sequences = [];
  for (const { name } of names) {
    const [row] = (await run(`select last_value::text as value, is_called as called from ${quoted(name)}`)) as {
      value: string;
      called: boolean;
    }[];
    if (row) sequences.push({ name, ...row });
  }
  return sequences;
}
