import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomIds } from '../../core/ids.ts';
import { silentLog } from '../../core/log.ts';
import type { Database } from '../../storage/database/contract.ts';
import { openTestDatabase, type TestDatabase } from '../../storage/database/open-test-database.ts';
import type { Principal } from '../principal.ts';
import { type Audit, createAudit } from './audit.ts';
import type { AuditedCall } from './contract.ts';
import { auditMigrations } from './migrations.ts';

const account = '111122223333';
const other = '444455556666';
const scope = { account, region: 'us-east-1' };
const principal: Principal = {
  ...{ type: 'user', account, arn: `arn:aws:iam::${account}:user/ada`, id: 'AIDAEXAMPLEEXAMPLE01' },
  ...{ userName: 'ada', accessKeyId: 'AKIAEXAMPLEEXAMPLE01' },
};
const DAY = 86_400_000;

function callOf(operation: string, more: Partial<AuditedCall> = {}): AuditedCall {
  const access = { action: `s3:${operation}`, resource: 'arn:aws:s3:::logs/a\0b.txt' };
  const reason = { code: 'allowed-by-identity', sentence: '', policy: 'mine', statement: 'Read' } as const;
  return {
    ...{ requestId: randomIds.uuid(), service: 's3', signingName: 's3', operation, principal, scope, status: 200 },
    ...{ error: undefined, durationMs: 1, sourceAddress: '127.0.0.1', userAgent: 'test', secure: false },
    authorization: { judged: [{ access, guard: undefined, decision: { allowed: true, reason } }] },
    ...more,
  };
}

describe('the audit trail', () => {
  let test: TestDatabase;
  let now = Date.parse('2026-01-31T12:00:00Z');
  const key = randomIds.bytes(32);
  const signal = new AbortController().signal;
  const open = (database: Database = test.database, more: object = {}): Audit =>
    createAudit({
      database,
      key,
      clock: { now: () => now },
      ids: randomIds,
      log: silentLog,
      retentionDays: 90,
      ...more,
    });
  const all = { from: new Date(0), to: new Date('2100-01-01T00:00:00Z'), limit: 1_000 };

  beforeAll(async () => {
    test = await openTestDatabase(auditMigrations);
  });
  beforeEach(() => test.database.system('truncate audit_records, audit_chains'));
  afterAll(() => test.remove());

  const write = async (audit: Audit, count: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, () => audit.record(callOf('PutObject'))));
  };
  const verify = async (): Promise<string> => (await open().verify({ signal })).broken?.problem ?? 'whole';

  it('keeps a change before it is answered, a read soon after, and finds both', async () => {
    const audit = open();
    await audit.record(callOf('PutObject'));
    expect(await audit.lookUp(scope, all)).toHaveLength(1);
    expect(audit.record(callOf('GetObject'))).toBeUndefined();
    await audit.close();
    const found = await audit.lookUp(scope, all);
    expect(found.map(({ record }) => record.operation)).toEqual(['GetObject', 'PutObject']);
    expect(found[1]?.record).toMatchObject({
      ...{ account, region: 'us-east-1', eventSource: 's3.amazonaws.com', readOnly: false, allowed: true },
      ...{ reason: 'allowed-by-identity', policy: 'mine', statement: 'Read', sourceAddress: '127.0.0.1' },
      caller: { arn: principal.arn, accessKeyId: 'AKIAEXAMPLEEXAMPLE01' },
      resources: [{ arn: 'arn:aws:s3:::logs/a\0b.txt', type: 'AWS::S3::Object' }],
    });
    for (const [column, value] of [
      ['EventName', 'GetObject'],
      ['ReadOnly', 'true'],
      ['Username', 'ada'],
      ['ResourceName', 'logs/ab.txt'],
    ] as const) {
      const page = await audit.lookUp(scope, { ...all, column, value });
      expect(page[0]?.record.operation, column).toBe('GetObject');
    }
    expect(await audit.lookUp({ ...scope, account: other }, all)).toEqual([]);
    expect(await audit.findRequest(account, found[0]?.record.requestId ?? '')).toMatchObject({
      operation: 'GetObject',
    });
  });

  it('puts many changes into few statements', async () => {
    let statements = 0;
    const database: Database = {
      ...test.database,
      system: (text, values) => {
        statements += 1;
        return test.database.system(text, values);
      },
    };
    await write(open(database), 3_000);
    expect(statements).toBeLessThan(12);
    expect(await verify()).toBe('whole');
  });

  it('tells the owner of a resource that another account asked for it, but not by which policies', async () => {
    const audit = open();
    const [judged] = callOf('PutObject').authorization?.judged ?? [];
    if (!judged) throw new Error('There is no access.');
    await audit.record(callOf('PutObject', { authorization: { judged: [{ ...judged, guard: { account: other } }] } }));
    const [own] = await audit.lookUp(scope, all);
    const [theirs] = await audit.lookUp({ ...scope, account: other }, all);
    expect(own?.record.eventId).toBe(theirs?.record.eventId);
    expect([own?.record.policy, theirs?.record.policy]).toEqual(['mine', undefined]);
  });

  it.each([
    ['a body is changed', `update audit_records set body = replace(body, '"ada"', '"eve"') where sequence = 5`],
    ['a record is removed', 'delete from audit_records where sequence = 5'],
    ['the end is cut off', 'delete from audit_records where sequence > 5'],
    [
      'the end is cut off, and the head with it',
      `delete from audit_records where sequence > 5;
      update audit_chains set sequence = 5, hash = (select hash from audit_records where sequence = 5)`,
    ],
    [
      'two records are exchanged',
      `update audit_records set sequence = -sequence where sequence in (5, 6);
      update audit_records set sequence = case sequence when -5 then 6 else 5 end where sequence < 0`,
    ],
    ['a column says another user', `update audit_records set user_name = 'eve' where sequence = 5`],
    ['a column says another account', `update audit_records set account = '444455556666' where sequence = 5`],
    [
      'a record is added',
      `insert into audit_records (chain, sequence, account, region, at, body, hash)
      select chain, 12, account, region, at, body, hash from audit_records where sequence = 5`,
    ],
    ['a prefix is removed', 'delete from audit_records where sequence < 3'],
    [
      'a false checkpoint is set',
      `delete from audit_records where sequence < 3;
      update audit_chains set pruned_sequence = 2, pruned_hash = 'aa', pruned_seal = 'aa'`,
    ],
  ])('notices when %s', async (_what, statements) => {
    await write(open(), 10);
    expect(await verify()).toBe('whole');
    for (const statement of statements.split(';')) await test.database.system(statement);
    expect(await verify()).not.toBe('whole');
  });

  it('notices when a whole chain vanishes, or is put back to an older end', async () => {
    await write(open(), 3);
    const [older] = await test.database.system<Record<string, unknown>>(
      'select sequence, hash, seal from audit_chains',
    );
    const first = open();
    await write(first, 3);
    await write(first, 3);
    await write(open(), 1);
    expect(await verify()).toBe('whole');
    await test.database.system('delete from audit_chains where sequence = :sequence', { sequence: older?.sequence });
    expect(await verify()).toBe('This chain is gone.');
  });

  it('verifies what is left after pruning, and prunes no more than is old', async () => {
    await write(open(), 5);
    now += 100 * DAY;
    const audit = open();
    await write(audit, 5);
    expect(await audit.prune()).toBe(6);
    expect(await audit.prune()).toBe(0);
    expect(await audit.verify({ signal })).toEqual({ chains: 2, records: 6 });
    expect(await audit.lookUp(scope, all)).toHaveLength(5);
  });

  it('keeps few requests of nobody in a second, and counts the others', async () => {
    const audit = open();
    const nobody = { principal: undefined, scope: undefined, authorization: undefined, status: 403 };
    for (let count = 0; count < 100; count++) audit.record(callOf('GetObject', nobody));
    await audit.close();
    expect(audit.lost).toBe(80);
    const rows = await test.database.system<{ name: string; count: number }>(
      'select event_name as name, count(*) as count from audit_records group by 1 order by 1',
    );
    expect(rows).toEqual([
      { name: 'GetObject', count: 20 },
      { name: 'chain-start', count: 1 },
      { name: 'lost', count: 1 },
    ]);
  });

  it('counts reads that it cannot keep and says so on record, while changes fail and are written later', async () => {
    let isDown = true;
    const database: Database = {
      ...test.database,
      system: (text, values) => (isDown ? Promise.reject(new Error('down')) : test.database.system(text, values)),
    };
    const audit = open(database);
    await expect(audit.record(callOf('PutObject'))).rejects.toThrow('could not be put on record');
    for (let count = 0; count < 20_100; count++) audit.record(callOf('GetObject'));
    expect(audit.lost).toBeGreaterThan(0);
    isDown = false;
    await audit.record(callOf('PutObject'));
    await audit.close();
    const [row] = await test.database.system<{ lost: number; puts: number }>(
      `select count(*) filter (where event_name = 'lost') as lost, count(*) filter (where event_name = 'PutObject') as puts
       from audit_records`,
    );
    expect(row).toEqual({ lost: 1, puts: 2 });
    expect(await verify()).toBe('whole');
  });
});
