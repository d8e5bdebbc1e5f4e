import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLoamError } from '../../../../core/errors.ts';
import type { StoreTarget } from '../contract.ts';
import { quoteIdentifier } from './identifiers.ts';
import { filterToSql, SqlValues } from './sql-filter.ts';
import { PgvectorStore } from './store.ts';

describe('names of a storage configuration', () => {
  it('are quoted', () => {
    expect(quoteIdentifier('bedrock_integration.bedrock_kb')).toBe('"bedrock_integration"."bedrock_kb"');
    expect(quoteIdentifier('Select')).toBe('"Select"');
  });

  it.each(['', 'a"b', 'a; drop table b', 'a.b.c', '.a', 'a.', "a'", 'a b', '1a', 'a\0', 'é', 'a'.repeat(64)])(
    'are refused when they are none: %j',
    (name) => {
      expect(() => quoteIdentifier(name)).toThrowError(expect.objectContaining({ code: 'parameter-invalid' }));
    },
  );

  it('are all that stands in the text of a filter', () => {
    const values = new SqlValues();
    const evil = `x' or 1 = 1; drop table kb; -- " $1`;
    const filter = { operator: 'orAll' as const, filters: [{ operator: 'equals' as const, key: evil, value: evil }] };
    expect(filterToSql(filter, 'm', values)).not.toContain('drop');
    expect(values.values).toEqual([evil, JSON.stringify(evil)]);
  });
});

const { LOAM_TEST_PGVECTOR_URL: url } = process.env;
if (!url) process.stderr.write('Skipped: a table that others made, because LOAM_TEST_PGVECTOR_URL is not set.\n');

describe.skipIf(!url)('a table that others made', () => {
  const { signal } = new AbortController();
  const name = `made_${Date.now().toString(36)}`;
  const client = new pg.Client({ connectionString: url });
  const target = (dimensions: number): StoreTarget => ({
    ...{ url: url ?? '', credentials: {}, knowledgeBaseId: 'ABCDEFGHIJ', index: name, dimensions, fetch },
    fields: { key: 'id', vector: 'embedding', text: 'chunks', metadata: 'metadata' },
  });

  beforeAll(async () => {
    await client.connect();
    await client.query('create extension if not exists vector');
    await client.query(`create table ${name} (id uuid primary key, embedding vector(4), chunks text, metadata json)`);
    await client.query(
      `insert into ${name} values (gen_random_uuid(), '[1,0,0,0]', 'The van has a range of 180 kilometres.',
        '{"x-amz-bedrock-kb-source-uri": "s3://fleet/van.md", "year": 2024}')`,
    );
  });
  afterAll(async () => {
    await client.query(`drop table if exists ${name}`);
    await client.end();
  });

  it('is read as it is: its passages are found by vectors, under filters, with their sources', async () => {
    const store = new PgvectorStore(target(4));
    await store.prepare(signal);
    const near = (value: number) =>
      store.nearest(
        { sequence: 1, filter: { operator: 'equals', key: 'year', value } },
        { vector: Float32Array.of(1, 0, 0, 0), limit: 10 },
        signal,
      );
    expect((await near(2023)).ids).toEqual([]);
    const { ids, scores } = await near(2024);
    expect(scores).toEqual([1]);
    const [found] = await store.read(ids, signal);
    expect(found?.chunk).toMatchObject({
      text: 'The van has a range of 180 kilometres.',
      documentId: 's3://fleet/van.md',
    });
    // They are nobody's: a knowledge base that is removed leaves them.
    await store.remove(signal);
    expect((await near(2024)).ids).toEqual(ids);
    await store.close();
  });

  it('is refused when its vectors are too small, with what is needed', async () => {
    const store = new PgvectorStore(target(256));
    const error = await store.prepare(signal).catch((caught: unknown) => caught);
    expect(isLoamError(error, 'vector-store-unusable') && error.message).toContain('vector(256)');
    await store.close();
  });
});
