import { LoamError } from '../../core/errors.ts';
import type { Migration } from './contract.ts';
import type { Session } from './pooled-database.ts';

// Any number that no other program on a shared server is likely to lock.
const LOCK = 4_206_170_001;
const ID = /^[a-z][a-z-]*\/\d{4}-[a-z0-9-]+$/;

/**
 * Brings the schema to the last of `migrations`: each that is new runs in a transaction of its own, in the order of the
 * list. Several processes may start at once: one runs them, the others wait.
 *
 * @returns the ids that ran now.
 * @throws LoamError `database-newer` when the database holds a migration that the list does not: a newer Loam made it.
 */
export async function migrate(run: Session, migrations: readonly Migration[]): Promise<string[]> {
  checkIds(migrations);
  await run(`select pg_advisory_lock(${LOCK})`);
  try {
    const missing = await missingFrom(run, migrations);
    for (const migration of missing) await apply(run, migration);
    return missing.map(({ id }) => id);
  } finally {
    await run(`select pg_advisory_unlock(${LOCK})`);
  }
}

async function missingFrom(run: Session, migrations: readonly Migration[]): Promise<Migration[]> {
  await run('create table if not exists loam_migrations (id text primary key, ran timestamptz not null default now())');
  const rows = (await run('select id from loam_migrations')) as { id: string }[];
  const ran = new Set(rows.map(({ id }) => id));
  const known = new Set(migrations.map(({ id }) => id));
  const unknown = [...ran].filter((id) => !known.has(id));
  if (unknown.length > 0) throw new LoamError('database-newer', { migrations: unknown.sort().join(', ') });
  return migrations.filter(({ id }) => !ran.has(id));
}

async function apply(run: Session, migration: Migration): Promise<void> {
  await run('begin');
  try {
    await run(migration.sql);
    await run('insert into loam_migrations (id) values ($1)', [migration.id]);
    await run('commit');
  } catch (error) {
    await run('rollback');
    throw new Error(`The migration ${migration.id} failed.`, { cause: error });
  }
}

function checkIds(migrations: readonly Migration[]): void {
  const seen = new Set<string>();
  for (const { id } of migrations) {
    if (!ID.test(id)) throw new Error(`A migration is named <system>/<four digits>-<name>, not ${id}.`);
    if (seen.has(id)) throw new Error(`Two migrations are named ${id}.`);
    seen.add(id);
  }
}
