import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, DatabaseDescription } from './contract.ts';
import { openTestDatabase, type TestDatabase } from './open-test-database.ts';

const forms: DatabaseDescription['form'][] = ['embedded', 'pglite'];
if (process.env.LOAM_TEST_DATABASE_URL) forms.push('url');

describe.each(forms)('notifications of the database as %s', (form) => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await openTestDatabase([], form);
    database = test.database;
  });
  afterAll(() => test.remove());

  function listen(channel: string) {
    const heard: string[] = [];
    let missed = 0;
    const stop = database.listen(channel, {
      heard: (payload) => void heard.push(payload),
      missed: () => {
        missed += 1;
      },
    });
    return { heard, stop, missed: () => missed };
  }

  it('are heard on their channel alone, until the listener stops', async () => {
    const [one, other] = [listen('one'), listen('other')];
    await until(() => database.hears());
    await database.notify('one', 'ä "quoted"');
    await until(() => one.heard.length === 1);
    expect(one.heard).toEqual(['ä "quoted"']);
    one.stop();
    await database.notify('one', 'later');
    await database.notify('other', 'last');
    await until(() => other.heard.length === 1);
    expect([one.heard.length, other.heard]).toEqual([1, ['last']]);
    other.stop();
  });

  it('come with the commit of a transaction, and not after a rollback', async () => {
    const { heard, stop } = listen('committed');
    await until(() => database.hears());
    await database.transaction(async (transaction) => {
      await transaction.notify('committed', 'yes');
      expect(heard).toEqual([]);
    });
    const failing = database.transaction(async (transaction) => {
      await transaction.notify('committed', 'no');
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await database.notify('committed', 'end');
    await until(() => heard.includes('end'));
    expect(heard).toEqual(['yes', 'end']);
    stop();
  });

  it('refuse what not every form can carry', async () => {
    await expect(database.notify('large', 'x'.repeat(7_001))).rejects.toThrow('at most 7000 bytes');
  });

  it.runIf(form === 'url')('tell their listeners to forget everything when the connection was lost', async () => {
    const { heard, stop, missed } = listen('lost');
    await until(() => database.hears());
    const before = missed();
    await database.system(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'loam listener' and datname = current_database()`,
    );
    // Once when it is lost, once when it is back.
    await until(() => missed() >= before + 2 && database.hears());
    await database.notify('lost', 'found');
    await until(() => heard.length === 1);
    stop();
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !condition(); ) {
    if (Date.now() > end) throw new Error('It did not happen within ten seconds.');
    await delay(10);
  }
}
