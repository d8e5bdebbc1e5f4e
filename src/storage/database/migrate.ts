import { createHash } from 'node:crypto';
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
 * @param options.others whether the database may hold migrations that the list does not: a restore runs a part of all.
 * @returns the ids that ran now.
 * @throws LoamError `database-newer` when the database holds a migration that the list does not: a newer Loam made it;
 * `migration-changed` when one that ran has another text now. No migration runs then.
 */
export async function migrate(
  run: Session,
  migrations: readonly Migration[],
  { others }: { others: 'refuse' | 'allow' } = { others: 'refuse' },
): Promise<string[]> {
  checkIds(migrations);
  await run(`select pg_advisory_lock(${LOCK})`);
  try {
    const missing = await missingFrom(run, migrations, others);
    for (const migration of missing) await apply(run, migration);
    return missing.map(({ id }) => id);
  } finally {
    await run(`select pg_advisory_unlock(${LOCK})`);
  }
}

/** A migration that ran before; an early Loam kept no hash of its text. */
interface Ran {
  readonly id: string;
  readonly sha256: string | null;
}

/** What would run now, without running it. @throws LoamError as `migrate` does */
export async function pendingMigrations(run: Session, migrations: readonly Migration[]): Promise<string[]> {
  const [known] = (await run("select to_regclass('loam_migrations') is not null as made")) as { made: boolean }[];
  if (!known?.made) return migrations.map(({ id }) => id);
  return (await missingFrom(run, migrations, 'refuse')).map(({ id }) => id);
}

async function missingFrom(
  run: Session,
  migrations: readonly Migration[],
  others: 'refuse' | 'allow',
): Promise<Migration[]> {
  const ran = new Map((await selectRan(run)).map((row) => [row.id, row]));
  const known = new Set(migrations.map(({ id }) => id));
  const unknown = [...ran.keys()].filter((id) => !known.has(id));
  if (unknown.length > 0 && others === 'refuse')
    throw new LoamError('database-newer', { migrations: unknown.sort().join(', ') });
  refuseChanged(migrations, ran);
  for (const migration of migrations) if (ran.get(migration.id)?.sha256 === null) await keepHash(run, migration);
  return migrations.filter(({ id }) => !ran.has(id));
}

async function selectRan(run: Session): Promise<Ran[]> {
  await run(`create table if not exists loam_migrations (id text primary key, ran timestamptz not null default now());
    alter table loam_migrations add column if not exists sha256 text`);
  return (await run('select id, sha256 from loam_migrations')) as Ran[];
}

/** An edited migration never runs where it ran before: databases made before and after the edit would differ unnoticed. */
function refuseChanged(migrations: readonly Migration[], ran: ReadonlyMap<string, Ran>): void {
  const changed = migrations.filter((migration) => {
    const sha256 = ran.get(migration.id)?.sha256 ?? undefined;
    return sha256 !== undefined && sha256 !== hashOf(migration);
  });
  if (changed.length === 0) return;
  throw new LoamError('migration-changed', { migrations: changed.map(({ id }) => id).join(', ') });
}

async function keepHash(run: Session, migration: Migration): Promise<void> {
  await run('update loam_migrations set sha256 = $2 where id = $1', [migration.id, hashOf(migration)]);
}

function hashOf({ sql }: Migration): string {
  return createHash('sha256').update(sql).digest('hex');
}

async function apply(run: Session, migration: Migration): Promise<void> {
  await run('begin');
  try {
    await run(migration.sql);
    await run('insert into loam_migrations (id, sha256) values ($1, $2)', [migration.id, hashOf(migration)]);
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
