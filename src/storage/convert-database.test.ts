import { existsSync, readdirSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { silentLog } from '../core/log.ts';
import { clusterVersion, convertDatabase, formOf } from './convert-database.ts';
import type { Migration } from './database/contract.ts';
import { openDatabase } from './database/open-database.ts';
import { makeTestFolder } from './database/open-test-database.ts';

// Debian keeps each major version in a folder of its own.
const VERSIONS = '/usr/lib/postgresql';
const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
const old = versions.find((version) => existsSync(`${VERSIONS}/${version}/bin/initdb`));
if (!old) process.stderr.write('Skipped: a cluster of another PostgreSQL, because none is installed.\n');

const migrations: readonly Migration[] = [
  {
    id: 'things/0001-things',
    sql: `create table owners (id text primary key);
      create table things (
        id bigint generated always as identity primary key, owner text references owners, parent bigint references things,
        at timestamptz, bytes bytea, document jsonb, tags text[], share double precision, double bigint generated always as (id * 2) stored
      );
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'a trigger ran'; end $$;`,
  },
];

it.skipIf(!old)(
  'brings a cluster of another major version over, whole, and keeps it',
  { timeout: 120_000 },
  async () => {
    const dataFolder = makeTestFolder();
    const oldBinaries = `${VERSIONS}/${old}/bin`;
    const options = { dataFolder, migrations, log: silentLog };
    const read = 'select id, owner, parent, at::text, bytes, document, tags, share, double from things order by id';
    try {
      const before = await openDatabase({ ...options, form: 'embedded', oldBinaries });
      await before.system("insert into owners values ('ä'), ('b')");
      await before.system(
        `insert into things (owner, parent, at, bytes, document, tags, share) values
         ('ä', null, '2026-01-31 12:00:00.123456+00', '\\x00ff', '{"a": [1, null, "\\u00e4"]}', '{x,"y \\"z\\"",NULL}', 0.1),
         ('b', 1, 'infinity', null, 'null', '{}', 'NaN'), (null, 1, null, '', '"text"', null, 1e300)`,
      );
      const rows = await before.system(read);
      await before.close();
      expect(clusterVersion(dataFolder)).toBe(old);
      await expect(openDatabase(options)).rejects.toMatchObject({
        code: 'database-unusable',
        message: expect.stringContaining('loam migrate --old-binaries'),
      });
      const { rows: count, keptAside } = await convertDatabase({
        ...options,
        to: 'embedded',
        oldBinaries,
        stamp: 'now',
      });
      expect([count, existsSync(keptAside), formOf(dataFolder)]).toEqual([5, true, 'embedded']);
      const after = await openDatabase(options);
      expect(await after.system(read)).toEqual(rows);
      const [next] = await after.system<{ id: number }>('insert into things (owner) values (null) returning id');
      expect(next?.id).toBe(4);
      await after.close();
    } finally {
      rmSync(dataFolder, { recursive: true, force: true });
    }
  },
);
