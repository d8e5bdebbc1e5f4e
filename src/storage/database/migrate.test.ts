import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../core/log.ts';
import type { Database, Migration } from './contract.ts';
import { openDatabase } from './open-database.ts';
import { makeTestFolder } from './open-test-database.ts';

const first: Migration = { id: 'a/0001-first', sql: 'create table first (id integer); insert into first values (1)' };
const second: Migration = { id: 'b/0001-second', sql: 'insert into first values (2)' };
const dataFolder = makeTestFolder();

afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));

async function opened<Result>(migrations: Migration[], look: (database: Database) => Promise<Result>): Promise<Result> {
  const database = await openDatabase({ dataFolder, migrations, log: silentLog });
  try {
    return await look(database);
  } finally {
    await database.close();
  }
}

const ids = (database: Database): Promise<unknown[]> => database.system('select id from first order by id');

describe('migrations', () => {
  it('run once, in the order of the list', async () => {
    expect(await opened([first], ids)).toEqual([{ id: 1 }]);
    expect(await opened([first, second], ids)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await opened([first, second], ids)).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('leave nothing behind when they fail, and say which one failed', async () => {
    const broken = { id: 'c/0001-broken', sql: 'insert into first values (3); select * from nowhere' };
    await expect(opened([first, second, broken], ids)).rejects.toThrow('c/0001-broken');
    expect(await opened([first, second], ids)).toHaveLength(2);
  });

  it('are refused by an older Loam', async () => {
    await expect(opened([first], ids)).rejects.toThrow('made by a newer version of Loam (it holds b/0001-second)');
  });

  it('are refused when their text has changed since they ran, by name and with what to do', async () => {
    const edited = { ...second, sql: 'insert into first values (7)' };
    await expect(opened([first, edited], ids)).rejects.toMatchObject({
      code: 'migration-changed',
      message: expect.stringMatching(/text of b\/0001-second has changed .* new migration/),
    });
    expect(await opened([first, second], ids)).toHaveLength(2);
  });

  it('take the text of the next start for what ran where an older Loam kept none', async () => {
    await opened([first, second], (database) => database.system('alter table loam_migrations drop sha256'));
    const texts = 'select sha256 from loam_migrations where sha256 is not null';
    expect(await opened([first, second], (database) => database.system(texts))).toHaveLength(2);
    await expect(opened([{ ...first, sql: '' }, second], ids)).rejects.toThrow('a/0001-first');
  });

  it('have ids of one form, each once', async () => {
    await expect(opened([{ id: 'First', sql: '' }], ids)).rejects.toThrow('<system>/<four digits>-<name>');
    await expect(opened([first, first], ids)).rejects.toThrow('Two migrations');
  });
});
