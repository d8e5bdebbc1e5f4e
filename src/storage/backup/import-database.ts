import { LoamError } from '../../core/errors.ts';
import type { Migration, Statements } from '../database/contract.ts';
import { migrate } from '../database/migrate.ts';
import { type PooledDatabase, type Session, statements } from '../database/pooled-database.ts';
import { readLines } from './files.ts';
import type { Manifest } from './manifest.ts';
import type { Shelf } from './shelf.ts';
import { quoted, selectTables } from './tables.ts';

const ROWS_AT_ONCE = 500;
// Of texts, in one statement.
const CHARACTERS_AT_ONCE = 8_000_000;

/** Runs on the rows of a backup before anybody sees them. */
export type Forget = (statements: Omit<Statements, 'notify'>) => Promise<void>;

/** Whether a database holds nothing of anybody: it was never migrated, or no table has a row but those that a start writes. */
export async function isEmptyDatabase(database: PooledDatabase): Promise<boolean> {
  return database.session(async (run) => {
    for (const { name } of await selectTables(run)) {
      if (!STARTED.has(name) && (await run(`select 1 from ${quoted(name)} limit 1`)).length > 0) return false;
    }
    return true;
  });
}

// A first start writes these before anybody has stored anything.
const STARTED = new Set(['root_key_check']);

/**
 * Brings the schema to where it was, and all rows back, in one transaction: a restore that is cut short leaves an empty
 * database. Later migrations run afterwards, as they would have run on the original.
 *
 * @param forget statements to run on the rows before anybody sees them
 * @throws LoamError `backup-newer` when the backup has migrations that this version does not know, `migration-changed`
 */
export async function importDatabase(
  database: PooledDatabase,
  shelf: Shelf,
  manifest: Manifest,
  migrations: readonly Migration[],
  forget: Forget,
): Promise<void> {
  checkMigrations(manifest, migrations);
  const had = new Set(manifest.migrations.map(({ id }) => id));
  await database.session(async (run) => {
    await migrate(
      run,
      migrations.filter(({ id }) => had.has(id)),
      { others: 'allow' },
    );
    await run('begin');
    try {
      await run("set local time zone 'UTC'; set local idle_in_transaction_session_timeout = 0");
      await importTables(run, shelf, manifest);
      await forget(statements(run));
      await run('commit');
    } catch (error) {
      await run('rollback').catch(() => undefined);
      throw error;
    }
    await migrate(run, migrations);
  });
}

function checkMigrations({ name, migrations: had }: Manifest, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(({ id }) => id));
  if (had.some(({ id }) => !known.has(id))) throw new LoamError('backup-newer', { backup: name });
}

async function importTables(run: Session, shelf: Shelf, { tables, sequences }: Manifest): Promise<void> {
  const names = tables.map(({ name }) => quoted(name));
  // What migrations and a first start have put there is in the backup too.
  if (names.length > 0) await run(`truncate ${names.join(', ')}`);
  for (const name of names) await run(`alter table ${name} disable trigger user`);
  for (const table of tables) await importRows(run, shelf, table);
  for (const name of names) await run(`alter table ${name} enable trigger user`);
  for (const { name, value, called } of sequences) {
    await run('select setval($1::regclass, $2::bigint, $3::boolean)', [quoted(name), value, called]);
  }
}

async function importRows(run: Session, shelf: Shelf, table: Manifest['tables'][number]): Promise<void> {
  const { name, columns, file } = table;
  const list = columns.map((column) => quoted(column.name)).join(', ');
  const values = columns.map(({ type }, at) => `given.c${at}::${type}`).join(', ');
  const given = columns.map((_, at) => `$${at + 1}::text[]`).join(', ');
  const names = columns.map((_, at) => `c${at}`).join(', ');
  const statement = `insert into ${quoted(name)} (${list}) overriding system value
    select ${values} from unnest(${given}) as given (${names})`;
  for await (const rows of inBatches(readLines(shelf, file.name))) {
    await run(
      statement,
      columns.map((_, at) => rows.map((row) => row[at] ?? null)),
    );
  }
}

async function* inBatches(lines: AsyncIterable<string>): AsyncGenerator<(string | null)[][]> {
  let rows: (string | null)[][] = [];
  let characters = 0;
  for await (const line of lines) {
    rows.push(JSON.parse(line) as (string | null)[]);
    characters += line.length;
    if (rows.length < ROWS_AT_ONCE && characters < CHARACTERS_AT_ONCE) continue;
    yield rows;
    [rows, characters] = [[], 0];
  }
  if (rows.length > 0) yield rows;
}
