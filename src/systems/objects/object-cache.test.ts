import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../storage/database/open-test-database.ts';
import type { Bucket, StoredObject } from './object.ts';
import { createObjectCache } from './object-cache.ts';

const bucket = { account: '000000000000', region: 'us-east-1', name: 'b' } as Bucket;
const MIB = 2 ** 20;

function object(etag: string, bytes = 0): StoredObject {
  return { key: 'k', etag, metadata: {}, inlineBytes: Buffer.alloc(bytes) } as unknown as StoredObject;
}

/** A query that counts how often it is asked. */
function asked(answers: readonly (StoredObject | undefined)[]) {
  let count = 0;
  return { query: async () => answers[Math.min(count++, answers.length - 1)], count: () => count };
}

describe('the cache of objects', () => {
  it('asks once, and again when the object was forgotten', async () => {
    const cache = createObjectCache({ mostBytes: MIB });
    const { query, count } = asked([object('1'), object('2')]);
    for (let i = 0; i < 3; i++) expect((await cache.read(bucket, 'k', query))?.etag).toBe('1');
    expect(count()).toBe(1);
    await cache.forget(bucket, ['other']);
    expect((await cache.read(bucket, 'k', query))?.etag).toBe('1');
    await cache.forget(bucket, ['k']);
    expect((await cache.read(bucket, 'k', query))?.etag).toBe('2');
  });

  it('keeps nothing of what is not there, nor of other buckets and accounts', async () => {
    const cache = createObjectCache({ mostBytes: MIB });
    const { query, count } = asked([undefined, object('1')]);
    expect(await cache.read(bucket, 'k', query)).toBeUndefined();
    await cache.read(bucket, 'k', query);
    await cache.read({ ...bucket, account: '111111111111' }, 'k', query);
    await cache.read({ ...bucket, name: 'c' }, 'k', query);
    expect(count()).toBe(4);
  });

  it('does not keep a read that a change overtook', async () => {
    const cache = createObjectCache({ mostBytes: MIB });
    let answer: (object: StoredObject) => void = () => undefined;
    const slow = cache.read(bucket, 'k', () => new Promise((resolve) => (answer = resolve)));
    await cache.forget(bucket, ['k']);
    answer(object('old'));
    expect((await slow)?.etag).toBe('old');
    expect((await cache.read(bucket, 'k', async () => object('new')))?.etag).toBe('new');
  });

  it('is still right after a read failed', async () => {
    const cache = createObjectCache({ mostBytes: MIB });
    await expect(cache.read(bucket, 'k', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect((await cache.read(bucket, 'k', async () => object('1')))?.etag).toBe('1');
  });

  it('takes no more memory than it may, and keeps what is used', async () => {
    const cache = createObjectCache({ mostBytes: 3 * 4096 });
    const { query, count } = asked([object('1', 2_000)]);
    for (const key of ['a', 'b', 'c', 'a', 'd', 'a']) await cache.read(bucket, key, query);
    expect(count()).toBe(4);
    await cache.read(bucket, 'b', query);
    expect(count()).toBe(5);
    const none = createObjectCache({ mostBytes: 0 });
    for (let i = 0; i < 2; i++) await none.read(bucket, 'k', query);
    expect(count()).toBe(7);
  });
});

describe('caches of processes that share a database', () => {
  let opened: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    opened = await openTestDatabase([]);
  });
  afterAll(() => opened.remove());

  it('hear what another one changed', async () => {
    const { database: shared } = opened;
    const [one, other] = [createObjectCache({ mostBytes: MIB, shared }), createObjectCache({ mostBytes: MIB, shared })];
    let etag = '1';
    const read = async (key: string) => (await one.read(bucket, key, async () => object(etag)))?.etag;
    // Who asks first begins to listen.
    await Promise.all([one, other].map((cache) => cache.read(bucket, 'other', async () => undefined)));
    await expect.poll(() => shared.hears()).toBe(true);
    for (const changed of [['k'], ['a', 'b', 'k', 'c', 'd']]) {
      expect(await read('k')).toBe(etag);
      const before = etag;
      etag = `${etag}1`;
      expect(await read('k')).toBe(before);
      await other.forget(bucket, changed);
      await expect.poll(() => read('k')).toBe(etag);
    }
  });
});
