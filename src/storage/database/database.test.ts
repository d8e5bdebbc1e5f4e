import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, DatabaseDescription, Migration } from './contract.ts';
import { isUniqueViolation } from './database-errors.ts';
import { openTestDatabase, type TestDatabase } from './open-test-database.ts';

const scope = { account: '111122223333', region: 'us-east-1' };
const migrations: readonly Migration[] = [
  {
    id: 'things/0001-things',
    sql: `
      create table things (
        account text, region text, id text, number bigint, numbers bigint[], at timestamptz, document jsonb, bytes bytea,
        tags text[], share numeric, day date, primary key (account, region, id)
      );
      create index things_number on things (number);`,
  },
  { id: 'things/0002-note', sql: 'alter table things add note text' },
];

const forms: DatabaseDescription['form'][] = ['embedded', 'pglite'];
if (process.env.LOAM_TEST_DATABASE_URL) forms.push('url');
else
  process.stderr.write(
    'Skipped: the database suite on a PostgreSQL server, because LOAM_TEST_DATABASE_URL is not set.\n',
  );

describe.each(forms)('the database as %s', (form) => {
  let test: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    test = await openTestDatabase(migrations, form);
    database = test.database;
  });
  afterAll(() => test.remove());

  const insert = (id: string, values: object = {}): Promise<unknown[]> => {
    const all = { id, number: null, document: null, ...values };
    return database.query(
      scope,
      `insert into things (account, region, id, number, document) values (:account, :region, :id, :number, :document::jsonb)`,
      all,
    );
  };
  const count = async (): Promise<unknown> => {
    const [row] = await database.system<{ count: number }>('select count(*) from things');
    return row?.count;
  };

  it('says what it is', () => {
    expect(database.describe()).toMatchObject({ form, version: expect.stringMatching(/^\d+\.\d+/) });
  });

  it('takes and gives values in their plain JavaScript types', async () => {
    const at = new Date('2026-01-31T12:34:56.789Z');
    const values = {
      id: 'types',
      number: 9007199254740991n,
      numbers: [1, 9007199254740993n],
      at,
      document: ['a', { b: null }],
      bytes: Buffer.from([0, 1, 255]),
      tags: ['x', 'y "z"', 'ä'],
      share: '0.1',
      day: '2026-01-31',
    };
    const [row] = await database.query(
      scope,
      `insert into things (account, region, id, number, numbers, at, document, bytes, tags, share, day)
       values (:account, :region, :id, :number, :numbers, :at, :document::jsonb, :bytes, :tags, :share, :day)
       returning number, numbers, at, document, bytes, tags, share, day, note, number + 2 as beyond`,
      values,
    );
    expect(row).toEqual({ ...values, id: undefined, number: 9007199254740991, note: null, beyond: 9007199254740993n });
  });

  it('keeps JSON of every kind as it was', async () => {
    for (const [index, document] of ['text', 7, true, [], [1, [2]], { 'a:b': ':c' }].entries()) {
      await insert(`json-${index}`, { document });
      const rows = await database.query<{ document: unknown }>(
        scope,
        'select document from things where account = :account and region = :region and id = :id',
        { id: `json-${index}` },
      );
      expect(rows[0]?.document).toEqual(document);
    }
  });

  it('says that a text cannot be stored, in a column and in JSON', async () => {
    for (const [id, values] of [['a\0b', {}] as const, ['nul', { document: { text: 'a\0b' } }] as const]) {
      await expect(insert(id, values)).rejects.toMatchObject({ code: 'text-unstorable' });
    }
  });

  it('refuses a statement of a scope that does not mention the scope', async () => {
    await expect(database.query(scope, 'select * from things')).rejects.toThrow(':account and :region');
    await expect(database.query(scope, 'select 1 where :account = :account')).rejects.toThrow(':account and :region');
    await expect(database.query(scope, "select ':account :region'")).rejects.toThrow(':account and :region');
    await expect(database.query(scope, 'select :account, :region', { account: '1' })).rejects.toThrow('from the scope');
  });

  it('names a parameter without a value', async () => {
    await expect(database.system('select :missing::text')).rejects.toThrow(':missing');
  });

  it('commits a transaction as a whole or not at all', async () => {
    const before = await count();
    const failing = database.transaction(async (transaction) => {
      await transaction.system("insert into things (account, region, id) values ('1', 'r', 'half')");
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect(await count()).toBe(before);
    const result = await database.transaction(async (transaction) => {
      await transaction.system("insert into things (account, region, id) values ('1', 'r', 'whole')");
      return 'result';
    });
    expect(result).toBe('result');
    expect(await count()).toBe(Number(before) + 1);
  });

  it('goes on after a statement that failed inside of a transaction', async () => {
    const failing = database.transaction((transaction) => transaction.system('select 1 / 0'));
    await expect(failing).rejects.toThrow('division by zero');
    expect(await database.system('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuses statements of a transaction that has ended', async () => {
    const escaped = await database.transaction(async (transaction) => transaction);
    await expect(escaped.system('select 1')).rejects.toThrow('has ended');
  });

  it('tells a unique violation apart', async () => {
    await insert('twice');
    const error = await insert('twice').catch((caught: unknown) => caught);
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(new Error('other'))).toBe(false);
  });

  it('answers many statements at once', async () => {
    const numbers = Array.from({ length: 100 }, (_, index) => index);
    const rows = await Promise.all(
      numbers.map((number) => database.system('select :number::integer as number', { number })),
    );
    expect(rows.flat()).toEqual(numbers.map((number) => ({ number })));
  });

  it('carries large values', async () => {
    const bytes = Buffer.alloc(3_000_000, 'abc');
    const [row] = await database.system<{ bytes: Buffer }>('select :bytes::bytea as bytes', { bytes });
    expect(row?.bytes.equals(bytes)).toBe(true);
  });

  it('writes every commit to the disk', async () => {
    const [row] = await database.system(
      "select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit",
    );
    expect(row).toEqual({ fsync: 'on', commit: 'on' });
  });
});
