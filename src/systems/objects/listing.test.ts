import {
  CreateBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { randomIds } from '../../core/ids.ts';
import { createPageTokens } from '../../core/paging.ts';
import { createBucketDirectory } from './bucket-directory.ts';
import { createLeases } from './leases.ts';
import { listObjects, positionAfter, positionAfterMarker } from './list.ts';
import type { ObjectSystem } from './object.ts';
import { createObjectCache } from './object-cache.ts';
import { FIRST, SECOND, startTestServer, type TestServer } from './start-test-server.ts';

let server: TestServer;
let s3: S3Client;
beforeAll(async () => {
  server = await startTestServer();
  s3 = server.client();
});
afterAll(() => server.close());

const scope = { account: FIRST, region: 'us-east-1' };
const refusal = (name: string, status: number) => ({ name, $metadata: { httpStatusCode: status } });

/** Fills a bucket without a request for each key. */
async function fill(Bucket: string, keys: readonly string[]): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  await server.database.query(
    scope,
    'delete from objects where account = :account and region = :region and bucket = :Bucket',
    { Bucket },
  );
  await server.database.query(
    scope,
    `insert into objects (account, region, bucket, key, size, etag, modified_at, headers, metadata, inline_bytes)
     select :account, :region, :Bucket, key, 0, 'e', now(), '{}', '{}', '' from unnest(:keys::text[]) as k (key)`,
    { Bucket, keys },
  );
}

describe('2,500 keys', () => {
  const keys = Array.from(
    { length: 2_500 },
    (_, index) => `year=${2_000 + (index % 25)}/file-${String(index).padStart(4, '0')}`,
  );
  beforeAll(() => fill('many-keys', keys));

  it('come in pages of 1,000', async () => {
    const pages: number[] = [];
    const seen: string[] = [];
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: 'many-keys' })) {
      pages.push(page.KeyCount ?? 0);
      seen.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
    }
    expect(pages).toEqual([1_000, 1_000, 500]);
    expect(seen).toEqual([...keys].sort());
  });

  it('are 25 common prefixes, in pages of any size', async () => {
    for (const MaxKeys of [1, 7, 25, 1_000]) {
      const seen: string[] = [];
      const query = { Bucket: 'many-keys', Delimiter: '/', MaxKeys };
      for await (const page of paginateListObjectsV2({ client: s3 }, query)) {
        expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys);
        seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix));
      }
      expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `year=${2_000 + index}/`));
    }
  });

  it('are found again by version 1 of the listing', async () => {
    for (const Delimiter of [undefined, '/']) {
      const seen: (string | undefined)[] = [];
      let Marker: string | undefined;
      do {
        const page = await s3.send(
          new ListObjectsCommand({
            Bucket: 'many-keys',
            MaxKeys: 700,
            ...(Delimiter && { Delimiter }),
            ...(Marker && { Marker }),
          }),
        );
        seen.push(
          ...(page.Contents ?? []).map(({ Key }) => Key),
          ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
        );
        Marker = page.NextMarker;
      } while (Marker);
      expect(seen).toHaveLength(Delimiter ? 25 : 2_500);
    }
  });

  it('are walked over by other systems', async () => {
    const seen: string[] = [];
    for await (const { key } of server.objects.listObjects(scope, 'many-keys', { prefix: 'year=2003/' }))
      seen.push(key);
    expect(seen).toHaveLength(100);
    await expect(server.objects.listObjects(scope, 'nowhere')[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'bucket-not-found',
    });
    expect(await server.objects.bucketExists(scope, 'many-keys')).toBe(true);
    expect(await server.objects.bucketExists(scope, 'nowhere')).toBe(false);
    expect(await server.objects.bucketExists({ ...scope, account: SECOND }, 'many-keys')).toBe(false);
  });
});

describe('a listing', () => {
  const list = (more: object) => s3.send(new ListObjectsV2Command({ Bucket: 'small', ...more }));
  const keysOf = async (more: object) => (await list(more)).Contents?.map(({ Key }) => Key) ?? [];
  beforeAll(async () => {
    await fill('small', ['\u0001', 'a', 'a/b', 'a/c/d', 'b b', 'é', '😀', '\uffff']);
    await s3.send(new PutObjectCommand({ Bucket: 'small', Key: 'a', Body: 'x', ChecksumAlgorithm: 'CRC32C' }));
  });

  it('tells what it lists', async () => {
    const answer = await list({ Prefix: 'a', Delimiter: '/', FetchOwner: true, StartAfter: '!' });
    expect(answer).toMatchObject({
      ...{
        Name: 'small',
        Prefix: 'a',
        Delimiter: '/',
        MaxKeys: 1_000,
        KeyCount: 2,
        IsTruncated: false,
        StartAfter: '!',
      },
      CommonPrefixes: [{ Prefix: 'a/' }],
    });
    expect(answer.Contents).toMatchObject([
      {
        ...{ Key: 'a', Size: 1, StorageClass: 'STANDARD', ETag: '"9dd4e461268c8034f5c8564e155c67a6"' },
        ...{
          ChecksumAlgorithm: ['CRC32C'],
          ChecksumType: 'FULL_OBJECT',
          Owner: { ID: expect.stringMatching(/^[0-9a-f]{64}$/) },
        },
      },
    ]);
    expect((await list({})).Contents?.[0]?.Owner).toBeUndefined();
  });

  it('is in the order of UTF-8 bytes, not of UTF-16 units', async () => {
    expect(await keysOf({})).toEqual(['\u0001', 'a', 'a/b', 'a/c/d', 'b b', 'é', '\uffff', '😀']);
    expect(await keysOf({ StartAfter: 'é' })).toEqual(['\uffff', '😀']);
  });

  it('encodes names when asked to', async () => {
    const answer = await list({ EncodingType: 'url', Prefix: 'b b' });
    expect(answer).toMatchObject({ EncodingType: 'url', Prefix: 'b%20b', Contents: [{ Key: 'b%20b' }] });
    expect(await keysOf({ EncodingType: 'url', Prefix: 'é' })).toEqual(['%C3%A9']);
  });

  it('may be of no keys at all', async () => {
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false, MaxKeys: 0 });
    expect(await list({ Prefix: 'nothing' })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  it('refuses a token that it did not give, or gave for another listing', async () => {
    const { NextContinuationToken } = await list({ MaxKeys: 1 });
    expect(await keysOf({ ContinuationToken: NextContinuationToken })).toHaveLength(7);
    const refused = refusal('InvalidArgument', 400);
    await expect(list({ ContinuationToken: NextContinuationToken, Prefix: 'a' })).rejects.toMatchObject(refused);
    await expect(list({ ContinuationToken: 'invented' })).rejects.toMatchObject(refused);
    await expect(list({ MaxKeys: -1 })).rejects.toMatchObject(refused);
  });
});

describe('any keys, prefix, delimiter and page size', () => {
  // Few characters, so that prefixes and delimiters meet; some where the order of UTF-8 and UTF-16 differ, and the greatest.
  const text = (maxLength: number, minLength = 0) =>
    fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', 'é', '\uffff', '😀', '\u{10FFFF}'), minLength, maxLength });
  const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

  function model(keys: readonly string[], prefix: string, delimiter: string): string[] {
    const names = keys
      .filter((key) => key.startsWith(prefix))
      .map((key) => {
        const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
        return at < 0 ? key : `${key.slice(0, at + delimiter.length)}*`;
      });
    return [...new Set(names)];
  }

  it('list as the model says, by both ways of paging', async () => {
    const system = {
      database: server.database,
      buckets: createBucketDirectory(server.database, systemClock),
      leases: createLeases(),
      cache: createObjectCache({ mostBytes: 0 }),
      bucketOwnership: 'BucketOwnerEnforced',
      ...{ store: server.store, clock: systemClock, ids: randomIds, pageTokens: createPageTokens(Buffer.alloc(32)) },
    } satisfies ObjectSystem;
    const place = { bucket: 'any-keys', expectedOwner: undefined };
    const walk = async (prefix: string, delimiter: string, limit: number, positionOf: typeof positionAfter) => {
      const seen: string[] = [];
      let after: string | undefined = '';
      while (after !== undefined) {
        const page = await listObjects(system, place, { prefix, delimiter, after, limit });
        const names = [...page.objects.map(({ key }) => key), ...page.commonPrefixes.map((name) => `${name}*`)];
        expect(names.length).toBeLessThanOrEqual(limit);
        seen.push(...names.sort(byBytes));
        after = page.next && positionOf(page.next);
      }
      return seen;
    };
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(text(6, 1), { maxLength: 30 }),
        text(2),
        text(2),
        fc.integer({ min: 1, max: 5 }),
        async (keys, prefix, delimiter, limit) => {
          await fill('any-keys', keys);
          const expected = model([...keys].sort(byBytes), prefix, delimiter);
          expect(await walk(prefix, delimiter, limit, positionAfter)).toEqual(expected);
          const byMarker = ({ name }: { name: string }) => positionAfterMarker(name, { prefix, delimiter });
          expect(await walk(prefix, delimiter, limit, byMarker)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});
