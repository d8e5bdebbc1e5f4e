import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { silentLog } from '../../core/log.ts';
import type { Database, DatabaseDescription, Migration } from './contract.ts';
import { openDatabase } from './open-database.ts';

export interface TestDatabase {
  readonly database: Database;
  readonly dataFolder: string;
  /** Closes the database and removes all it left. */
  remove(): Promise<void>;
}

/** What suites run on that are not about forms: a real server where there is one. */
const DEFAULT_FORM = process.env.LOAM_TEST_DATABASE_URL ? 'url' : 'embedded';

/**
 * An empty database for one test file, unless a form is asked for: a database of its own on the server of
 * `LOAM_TEST_DATABASE_URL`, else embedded PostgreSQL (about a second).
 *
 * @example
 * const { database, remove } = await openTestDatabase(knowledgeMigrations);
 * afterAll(remove);
 */
export async function openTestDatabase(
  migrations: readonly Migration[],
  form: DatabaseDescription['form'] = DEFAULT_FORM,
): Promise<TestDatabase> {
  const dataFolder = makeTestFolder();
  const own = form === 'url' ? await makeOwnDatabase() : undefined;
  const database = await openDatabase({
    dataFolder,
    migrations,
    log: silentLog,
    ...(own ? { url: own.url } : { form: form as 'embedded' | 'pglite' }),
  });
  const remove = async (): Promise<void> => {
    await database.close();
    await own?.drop();
    rmSync(dataFolder, { recursive: true, force: true });
  };
  return { database, dataFolder, remove };
}

/** A folder for a test that the embedded server may enter when root runs the tests. */
export function makeTestFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'loam-test-'));
  chmodSync(folder, 0o711);
  return folder;
}

/** An empty database on the server of `LOAM_TEST_DATABASE_URL`. */
export async function makeOwnDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = process.env.LOAM_TEST_DATABASE_URL;
  if (!server) throw new Error('LOAM_TEST_DATABASE_URL is not set.');
  const name = `loam_test_${randomBytes(6).toString('hex')}`;
  const run = async (text: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  await run(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`drop database ${name} with (force)`) };
}
