import { describe, expect, it } from 'vitest';
import { csv } from '../parsers/csv.ts';
import { collectTables } from './collect-tables.ts';
import { hasDuckDb } from './duckdb.ts';
import { run } from './run-query.task.ts';

if (!hasDuckDb()) process.stderr.write('SQL over tables is not tested: @duckdb/node-api is not installed.\n');

describe.skipIf(!hasDuckDb())('asking tables by SQL', () => {
  const ask = async (sql: string, usedSql?: string) => {
    const text = 'Item,Cost,When,Open\nRent,10.5,2026-01-01,true\nLight,2,2026-02-03,false\nWater,,2026-03-01,true\n';
    const { blocks } = await csv.parse(Buffer.from(text), { name: 'a.csv' });
    const tables = collectTables(blocks);
    const columns = (tables?.descriptions[0]?.columns ?? []).map(({ name, type }, at) => ({ name, type, at }));
    const table = { name: 'budget', file: { bytes: tables?.bytes ?? new Uint8Array() }, ordinal: 0, columns };
    return run({ tables: [table], sql, mostLines: 2, ...(usedSql !== undefined && { usedSql }) });
  };

  it('gives values and the rows that they are taken from', async () => {
    const sql =
      'select count(*) as n, sum("Cost") as total, max("When") as newest, bool_or("Open") as any from budget where "Cost" is not null';
    expect(await ask(sql, 'select __row from budget where "Cost" is not null')).toEqual({
      columns: ['n', 'total', 'newest', 'any'],
      rows: [[2, 12.5, '2026-02-03', true]],
      isCut: false,
      used: {
        count: 2,
        first: 2,
        last: 3,
        header: ['Item | Cost | When | Open'],
        lines: ['Rent | 10.5 | 2026-01-01 | true', 'Light | 2 | 2026-02-03 | false'],
      },
    });
  });

  it('takes subqueries, common tables, groups and windows', async () => {
    const sql = `with open as (select * from budget where "Open") select "Item", rank() over (order by "When") as place
      from open where "When" > (select min("When") from budget) order by "Item"`;
    expect((await ask(sql)).rows).toEqual([['Water', 1]]);
  });

  it.each([
    ["copy budget to '/tmp/loam-stolen.csv'", 'not one SELECT'],
    ["attach '/tmp/loam.db'", 'not one SELECT'],
    ['install httpfs', 'not one SELECT'],
    ['load httpfs', 'not one SELECT'],
    ['pragma database_list', 'not one SELECT'],
    ['set threads = 4', 'not one SELECT'],
    ['drop table budget', 'not one SELECT'],
    ['insert into budget select * from budget', 'not one SELECT'],
    ['create table b as select 1', 'not one SELECT'],
    ['explain analyze select 1', 'not one SELECT'],
    ['select 1; select 2', 'not one'],
    ['not sql', 'not one SELECT'],
    ["select * from read_csv('/etc/passwd')", 'reads from a function'],
    ["select * from read_text('/etc/passwd')", 'reads from a function'],
    ["select * from glob('/*')", 'reads from a function'],
    ['select * from duckdb_settings()', 'reads from a function'],
    ['select * from range(1000000000)', 'reads from a function'],
    ["select * from '/etc/passwd'", 'a table that is not there'],
    ['select * from information_schema.tables', 'a table that is not there'],
    ['select * from other', 'a table that is not there'],
    ["select getenv('HOME')", 'a function that is not allowed'],
    ["select current_setting('threads')", 'a function that is not allowed'],
    ["select (select max(getenv('HOME')) from budget)", 'a function that is not allowed'],
    ["select repeat('x', 1000000000)", 'a function that is not allowed'],
    ['select "Nothing" from budget', 'not understood'],
  ])('refuses: %s', async (sql, problem) => {
    await expect(ask(sql)).rejects.toMatchObject({
      code: 'table-query-refused',
      message: expect.stringContaining(problem),
    });
  });
});
