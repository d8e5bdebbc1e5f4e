import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomIds } from '../core/ids.ts';
import { openTestDatabase, type TestDatabase } from '../storage/database/open-test-database.ts';
import { CONSOLE_LIFE, createConsoleSessions } from './console-sessions.ts';
import { accessMigrations } from './migrations.ts';

describe('sessions of the console', () => {
  let test: TestDatabase;
  let now = Date.UTC(2026, 0, 1);
  const open = () => createConsoleSessions({ database: test.database, clock: { now: () => now }, ids: randomIds });
  const link = { kind: 'link', account: '000000000000', name: 'one-time link' } as const;
  beforeAll(async () => {
    test = await openTestDatabase(accessMigrations);
  }, 60_000);
  afterAll(() => test.remove());

  it('outlive the process, and are kept by their hash alone', async () => {
    const secret = await open().open({ ...link, userAgent: 'x'.repeat(1000) });
    expect(await open().find(secret)).toMatchObject({ kind: 'link', name: 'one-time link' });
    const rows = await test.database.system('select * from console_sessions');
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(await open().find('invented')).toBeUndefined();
    expect(await open().find('')).toBeUndefined();
  });

  it('end without use, after twelve hours, at sign-out and when they are revoked', async () => {
    const sessions = open();
    const [idle, busy, out, revoked] = await Promise.all([link, link, link, link].map((one) => sessions.open(one)));
    await sessions.end(out ?? '');
    const { id = '' } = (await sessions.find(revoked ?? '')) ?? {};
    expect([await sessions.revoke(id), await sessions.revoke(id)]).toEqual([true, false]);
    for (const ended of [out, revoked]) expect(await sessions.find(ended ?? '')).toBeUndefined();
    const start = now;
    const step = CONSOLE_LIFE.idleMs - 1000;
    for (now += step; now < start + CONSOLE_LIFE.absoluteMs; now += step) {
      expect(await sessions.find(busy ?? '')).toBeDefined();
    }
    expect(await sessions.find(idle ?? '')).toBeUndefined();
    now = start + CONSOLE_LIFE.absoluteMs;
    expect(await sessions.find(busy ?? '')).toBeUndefined();
    expect(await sessions.list()).toEqual([]);
  });
});
