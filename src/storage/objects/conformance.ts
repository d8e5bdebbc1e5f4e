import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from './contract.ts';

/** One kind of object store under test. */
export interface StoreUnderTest {
  readonly name: string;
  /** Opens an empty store, and gives the means to open the same one again and to throw it away. */
  open(): Promise<OpenStore>;
}

export interface OpenStore {
  readonly store: ObjectStore;
  reopen(): Promise<ObjectStore>;
  discard(): Promise<void>;
}

/** What every object store holds to, whatever stands behind it. Call it for each entry of the list in `stores.test.ts`. */
export function describeObjectStore({ name, open }: StoreUnderTest): void {
  describe(`object store: ${name}`, () => {
    let opened: OpenStore;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.discard());

    writesAndReads(() => opened);
    leavesNothingBehind(() => opened);
    refusesWhatIsNotThere(() => opened);
    carriesOver(() => opened);
  });
}

const write = (store: ObjectStore, ...chunks: Uint8Array[]) => store.write(chunksOf(...chunks));

async function* chunksOf(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function idsOf(store: ObjectStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of store.list()) ids.push(id);
  return ids.sort();
}

function writesAndReads(opened: () => OpenStore): void {
  it.each([0, 1, 4_096, 262_144, 1_000_003, 8_388_608, 25_000_003])(
    'gives back %i bytes, after a restart too',
    async (size) => {
      const bytes = randomBytes(size);
      const stored = await write(opened().store, bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      expect(stored).toEqual({ id: expect.stringMatching(new RegExp(`^${sha256}-[0-9a-f]+$`)), size, sha256 });
      const again = await opened().reopen();
      expect(bytes.equals(await buffer(await again.read(stored.id)))).toBe(true);
    },
  );

  it('joins chunks of any size', async () => {
    const chunks = [0, 1, 300_000, 0, 7, 65_536].map((size) => randomBytes(size));
    const { id, size } = await write(opened().store, ...chunks);
    expect(size).toBe(365_544);
    expect(Buffer.concat(chunks).equals(await buffer(await opened().store.read(id)))).toBe(true);
  });

  it('reads ranges, both ends included', async () => {
    const bytes = randomBytes(400_000);
    const { id } = await write(opened().store, bytes);
    for (const [start, end] of [
      [0, 0],
      [0, 399_999],
      [131_071, 262_145],
      [399_999, 399_999],
    ] as const) {
      const part = await buffer(await opened().store.read(id, { range: { start, end } }));
      expect(bytes.subarray(start, end + 1).equals(part)).toBe(true);
    }
  });

  it('gives the same bytes written twice two names', async () => {
    const [first, second] = [
      await write(opened().store, Buffer.from('a')),
      await write(opened().store, Buffer.from('a')),
    ];
    expect(first.id).not.toBe(second.id);
    await opened().store.remove(first.id);
    expect(await buffer(await opened().store.read(second.id))).toEqual(Buffer.from('a'));
  });

  it('lists every id and forgets the removed', async () => {
    const stored = await Promise.all(Array.from({ length: 20 }, () => write(opened().store, randomBytes(10))));
    const ids = stored.map(({ id }) => id).sort();
    expect(await idsOf(opened().store)).toEqual(ids);
    await Promise.all(ids.slice(5).map((id) => opened().store.remove(id)));
    expect(await idsOf(opened().store)).toEqual(ids.slice(0, 5));
  });
}

function leavesNothingBehind(opened: () => OpenStore): void {
  it('keeps nothing of a source that fails', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield randomBytes(500_000);
      throw new Error('the client went away');
    };
    await expect(opened().store.write(failing())).rejects.toThrow('the client went away');
    expect(await idsOf(opened().store)).toEqual([]);
  });

  it('keeps nothing of a large source that fails, and finds what a crash left', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield randomBytes(20_000_000);
      throw new Error('the client went away');
    };
    await expect(opened().store.write(failing())).rejects.toThrow('the client went away');
    expect(await idsOf(opened().store)).toEqual([]);
    const { id } = await write(opened().store, randomBytes(9_000_000));
    expect(await opened().store.removeUnfinished(new Date(Date.now() + 60_000))).toBe(0);
    expect(await idsOf(opened().store)).toEqual([id]);
  });

  it('stops waiting for a silent source when its signal fires', async () => {
    const silent = async function* (): AsyncGenerator<Uint8Array> {
      yield randomBytes(500_000);
      await new Promise(() => undefined);
    };
    const signal = AbortSignal.timeout(50);
    await expect(opened().store.write(silent(), { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await idsOf(opened().store)).toEqual([]);
  });

  it('stops a read when its signal fires', async () => {
    const { id } = await write(opened().store, randomBytes(2_000_000));
    const controller = new AbortController();
    const stream = await opened().store.read(id, { signal: controller.signal });
    stream.once('data', () => controller.abort());
    await expect(buffer(stream)).rejects.toThrow();
    expect(stream.destroyed).toBe(true);
  });
}

function refusesWhatIsNotThere(opened: () => OpenStore): void {
  it.each([`${'0'.repeat(64)}-00`, '../../etc/passwd', '', 'a\0b'])('has no bytes of the id %j', async (id) => {
    await expect(opened().store.read(id)).rejects.toMatchObject({ code: 'bytes-missing' });
    await expect(opened().store.remove(id)).resolves.toBeUndefined();
  });

  it('reads nothing that was removed', async () => {
    const { id } = await write(opened().store, Buffer.from('gone'));
    await opened().store.remove(id);
    await opened().store.remove(id);
    await expect(opened().store.read(id)).rejects.toMatchObject({ code: 'bytes-missing' });
  });
}

/** What a backup has kept comes back under the id that it had. */
function carriesOver(opened: () => OpenStore): void {
  it.each([10, 9_000_000])('takes %i bytes under the id that they had', async (size) => {
    const bytes = randomBytes(size);
    const { id } = await write(opened().store, bytes);
    await opened().store.remove(id);
    expect(await opened().store.write(chunksOf(bytes), { id })).toMatchObject({ id, size });
    expect(bytes.equals(await buffer(await opened().store.read(id)))).toBe(true);
    const entries = [];
    for await (const entry of opened().store.entries()) entries.push(entry);
    expect(entries).toEqual([{ id, size, writtenAt: expect.any(Date) }]);
    expect(Math.abs(Date.now() - (entries[0]?.writtenAt.getTime() ?? 0))).toBeLessThan(60_000);
  });

  it('refuses other bytes under that id', async () => {
    for (const size of [10, 9_000_000]) {
      const { id } = await write(opened().store, randomBytes(size));
      await opened().store.remove(id);
      const other = opened().store.write(chunksOf(randomBytes(size)), { id });
      await expect(other).rejects.toMatchObject({ code: 'bytes-missing' });
    }
    expect(await idsOf(opened().store)).toEqual([]);
  });
}
