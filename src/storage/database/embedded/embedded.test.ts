import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isLoamError } from '../../../core/errors.ts';
import { silentLog } from '../../../core/log.ts';
import type { Database } from '../contract.ts';
import { openDatabase } from '../open-database.ts';
import { makeTestFolder } from '../open-test-database.ts';
import { isProcess } from '../processes.ts';

const PROGRAM = fileURLToPath(new URL('../../../../test/fixtures/database-process.mjs', import.meta.url));
const migrations = [{ id: 'test/0001-numbers', sql: 'create table numbers (number integer primary key)' }];
const hasUserNamespaces = spawnSync('unshare', ['--user', '--map-user=65534', 'true']).status === 0;
const isRoot = process.getuid?.() === 0;

// A second each on an idle machine; PGlite takes five.
describe('the embedded server', { timeout: 120_000 }, () => {
  let dataFolder: string;
  let children: ChildProcess[] = [];

  beforeEach(() => {
    dataFolder = makeTestFolder();
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children = [];
    rmSync(dataFolder, { recursive: true, force: true });
  });

  const open = (options: object = {}): Promise<Database> =>
    openDatabase({ dataFolder, migrations, log: silentLog, ...options });
  const serverPid = (folder = dataFolder): number =>
    Number(readFileSync(join(folder, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const startProgram = () => {
    const child = spawn(process.execPath, [PROGRAM, dataFolder], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  };

  it('ends when the database is closed', async () => {
    const database = await open();
    const pid = serverPid();
    expect(isProcess(pid)).toBe(true);
    await database.close();
    expect(isProcess(pid)).toBe(false);
    expect(existsSync(join(dataFolder, 'loam.lock'))).toBe(false);
  });

  it('outlives a Loam that is killed, is taken over by the next, and has lost nothing it acknowledged', async () => {
    const { child, lines } = startProgram();
    expect((await lines.next()).value).toBe('open');
    let last = -1;
    while (last < 50) last = Number((await lines.next()).value);
    const pid = serverPid();
    await expect(open()).rejects.toThrow(`in use by process ${child.pid}`);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    for (let line = await lines.next(); !line.done; line = await lines.next()) last = Number(line.value);
    await exited;

    const database = await open();
    expect(serverPid()).toBe(pid);
    const rows = await database.system<{ number: number }>('select number from numbers order by number');
    expect(rows.slice(0, last + 1).map(({ number }) => number)).toEqual(Array.from({ length: last + 1 }, (_, n) => n));
    await database.close();
    expect(isProcess(pid)).toBe(false);
  });

  it('is started again when it dies, and answers that it is unavailable meanwhile', async () => {
    const database = await open();
    await database.system('insert into numbers values (1)');
    process.kill(serverPid(), 'SIGKILL');
    await delay(50);
    const error = await database.system('select 1').catch((caught: unknown) => caught);
    expect(isLoamError(error, 'database-unavailable')).toBe(true);
    const deadline = Date.now() + 10_000;
    let rows: unknown[] = [];
    while (rows.length === 0 && Date.now() < deadline) {
      rows = await database.system('select number from numbers').catch(() => []);
      await delay(50);
    }
    expect(rows).toEqual([{ number: 1 }]);
    await database.close();
  });

  it('starts where a path is too long for a socket', async () => {
    dataFolder = join(dataFolder, 'long'.repeat(40));
    const database = await open();
    expect(await database.system('select 1 as one')).toEqual([{ one: 1 }]);
    await database.close();
  });

  it('lets nobody in but its own user', async () => {
    const database = await open();
    const rules = await database.system('select type, user_name, auth_method, error from pg_hba_file_rules');
    expect(rules).toEqual([{ type: 'local', user_name: ['loam'], auth_method: 'peer', error: null }]);
    expect(await database.system('show listen_addresses')).toEqual([{ listen_addresses: '' }]);
    await database.close();
  });

  it.runIf(isRoot)('gives way to PGlite where it may run as nobody, and the folder stays with it', async () => {
    const first = await open({ runAs: 'no-such-user' });
    expect(first.describe()).toMatchObject({
      form: 'pglite',
      reason: expect.stringContaining('there is no user no-such-user'),
    });
    await first.close();
    const second = await open();
    expect(second.describe()).toMatchObject({ form: 'pglite', reason: 'The data folder began with PGlite.' });
    await second.close();
  });

  it.runIf(isRoot && hasUserNamespaces)(
    'runs as root under another name in a folder that is closed to others',
    async () => {
      chmodSync(dataFolder, 0o700);
      const closed = await open();
      expect(closed.describe()).toMatchObject({
        form: 'embedded',
        reason: expect.stringContaining('as root under the name'),
      });
      await closed.system('create table kept (id int)');
      await closed.close();
      const again = await open();
      expect(await again.system('select * from kept')).toEqual([]);
      await again.close();
    },
  );

  it.runIf(isRoot)('is never replaced by an empty database', async () => {
    await (await open()).close();
    const error = await open({ runAs: 'no-such-user' }).catch((caught: unknown) => caught);
    expect(isLoamError(error, 'database-unusable')).toBe(true);
    expect(String(error)).toContain('no user no-such-user');
    expect(existsSync(join(dataFolder, 'pglite'))).toBe(false);
  });

  it('begins anew after an initdb that was killed half-way', async () => {
    mkdirSync(join(dataFolder, 'postgres', 'data.unfinished', 'base'), { recursive: true });
    const database = await open();
    expect(database.describe().form).toBe('embedded');
    await database.close();
    expect(existsSync(join(dataFolder, 'postgres', 'data.unfinished'))).toBe(false);
  });
});
