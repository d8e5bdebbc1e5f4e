import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../../core/log.ts';
import { openKernel } from '../../../kernel/index.ts';
import { loadTokenEncoder } from '../../../models/embedded/token-encoder.ts';
import {
  addSegment,
  buildSegment,
  type Chunk,
  emptyManifest,
  type FilterValue,
  type Hit,
  type Metadata,
  type MetadataFilter,
  matchesFilter,
  openIndex,
  readEntries,
  type SearchIndex,
} from '../../../segments/index.ts';
import type { StoreTarget, VectorStore, VectorStorePlugin, WrittenEntry } from './contract.ts';
import { operatorsOf } from './operators.ts';
import { createRankingThread } from './ranking/ranking-thread.ts';
import { searchStore } from './search-store.ts';

/** A real store for the suite, and how a knowledge base of its own is laid out there. */
export interface StoreUnderTest {
  readonly plugin: VectorStorePlugin;
  /** A target of this knowledge base and dimensions in one and the same index of the store. */
  target(knowledgeBaseId: string, dimensions: number): StoreTarget;
}

const { signal } = new AbortController();
const SEED = 20261125;
const WORDS =
  'trial protocol consent dose placebo visit blood heart kidney tumour drug safety endpoint week adverse event nurse ' +
  'library tram depot river bridge mountain harbour engine battery range charger winter summer school lesson teacher ' +
  'invoice payment discount customer order shipment warehouse return policy warranty screen keyboard cable network router ' +
  'soup bread cheese apple pepper garlic oven recipe kitchen garden tree flower seed water stone glass window door roof';
const words = WORDS.split(' ');
const KEYS = ['year', 'tenant', 'tags', '__proto__', 'a b.c'];
const STRINGS = ['', 'a', 'ab', 'abc', 'b', '1', 'true', 'ü', 'a"b', "a'b", 'a*b', 'a,b', 'x{y}'];

const key = fc.constantFrom(...KEYS);
const text = fc.constantFrom(...STRINGS);
const number = fc.constantFrom(-1, 0, 1, 1.5, 2020);
const value: fc.Arbitrary<FilterValue> = fc.oneof(text, number, fc.boolean());
const metadata: fc.Arbitrary<Metadata> = fc
  .array(fc.tuple(key, fc.oneof(value, fc.array(text, { maxLength: 3 }))), { maxLength: 5 })
  .map((entries) => Object.fromEntries(entries));
const condition: fc.Arbitrary<MetadataFilter> = fc.oneof(
  fc.record({ operator: fc.constantFrom('equals', 'notEquals'), key, value }),
  fc.record({
    operator: fc.constantFrom('greaterThan', 'greaterThanOrEquals', 'lessThan', 'lessThanOrEquals'),
    key,
    value: number,
  }),
  fc.record({ operator: fc.constantFrom('in', 'notIn'), key, values: fc.array(value, { minLength: 1, maxLength: 3 }) }),
  fc.record({ operator: fc.constant('exists' as const), key }),
  fc.record({ operator: fc.constantFrom('startsWith', 'listContains', 'stringContains'), key, value: text }),
);
const { filter: nested } = fc.letrec<{ filter: MetadataFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition,
    fc.record({ operator: fc.constantFrom('andAll', 'orAll'), filters: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ operator: fc.constant('not' as const), filter: tie('filter') }),
  ),
}));

/** Passages of 40 documents, every other one with a title; some repeat others word by word. */
function passages(): Chunk[] {
  const some = fc.sample(fc.array(fc.constantFrom(...words), { minLength: 8, maxLength: 40 }), {
    numRuns: 180,
    seed: SEED,
  });
  const about = fc.sample(metadata, { numRuns: 180, seed: SEED });
  return some.map((those, i) => ({
    id: `d${i % 40}:${Math.floor(i / 40)}`,
    documentId: `d${i % 40}`,
    text: `The ${those.join(' ')}. It was about ${those[0]} and ${words[i % words.length]}.`,
    ...(i % 2 === 0 && { title: `On ${those[1]} ${those[2]}` }),
    ...(i % 3 === 0 && { page: 1 + (i % 7), payload: '{"cells":"A1:B2"}' }),
    metadata: { ...about[i], number: i, 'x-amz-bedrock-kb-source-uri': `s3://bucket/d${i % 40}.txt` },
  }));
}

const QUESTIONS = [
  'consent before the first dose of the drug',
  'range of the battery in winter',
  'how is a recipe with garlic and cheese cooked in the oven',
  'return policy for a broken screen',
  'bridge over the river',
  'nothing that anybody knows',
  'the',
];

interface Prepared {
  readonly chunks: readonly Chunk[];
  readonly entries: readonly WrittenEntry[];
  readonly index: SearchIndex;
  readonly dimensions: number;
  readonly fingerprint: string;
}

async function prepareEmbedded(): Promise<Prepared> {
  const [encoder, kernel] = [loadTokenEncoder(), await openKernel()];
  const chunks = passages();
  const built = buildSegment(chunks, { encoder, kernel });
  const bytes = new Uint8Array(built.bytes);
  const manifest = addSegment(emptyManifest(built.embedder), { id: 's', bytesId: 's', built });
  const index = openIndex({ manifest, bytes: new Map([['s', bytes]]), encoder, kernel });
  const { entries } = readEntries({ id: 's', bytes, dead: new Set() }, { from: 0, atLeast: chunks.length });
  const { dimensions, fingerprint } = encoder;
  return { chunks, entries: entries.map((one) => ({ ...one, version: 'v1' })), index, dimensions, fingerprint };
}

/** What the tests of one store share, once `beforeAll` has run. */
interface Suite extends StoreUnderTest {
  readonly name: string;
  embedded(): Prepared;
  store(): VectorStore;
  search(query: Parameters<typeof searchStore>[1]): ReturnType<typeof searchStore>;
  isKnown(filter: MetadataFilter): boolean;
}

/** What every vector store does, measured by the embedded index. */
export function describeStore({ plugin, target }: StoreUnderTest): void {
  const { capabilities } = plugin;
  const name = `C${Date.now().toString(36).slice(-9)}`.toUpperCase();
  const ranking = createRankingThread(silentLog);
  let embedded: Prepared;
  let store: VectorStore;
  const suite: Suite = {
    ...{ plugin, target, name, embedded: () => embedded, store: () => store },
    search: (query) => {
      const { dimensions, fingerprint } = embedded;
      const embedding = { kind: 'tokens' as const, dimensions, fingerprint };
      return searchStore({ store, capabilities, ranking, embedding, sequence: 1 }, query, signal);
    },
    isKnown: (filter) => operatorsOf(filter).every((operator) => capabilities.operators.has(operator)),
  };

  describe(`the vector store ${plugin.type}`, () => {
    beforeAll(async () => {
      embedded = await prepareEmbedded();
      store = plugin.open(target(name, embedded.dimensions));
      await store.prepare(signal);
      await store.prepare(signal);
      await store.write(embedded.entries, 1, signal);
    }, 120_000);
    afterAll(async () => {
      await store?.remove(signal);
      await store?.close();
      await ranking.end();
    });
    describeSearch(suite);
    describeNumbers(suite);
  });
}

function describeSearch({ plugin, embedded, store, search, isKnown }: Suite): void {
  const { words: findsWords } = plugin.capabilities;

  it.each(findsWords ? (['hybrid', 'semantic', 'lexical'] as const) : (['semantic'] as const))(
    'finds what the embedded index finds, %s',
    async (mode) => {
      for (const text of QUESTIONS) {
        const query = { text, mode, limit: 10 };
        const { hits } = await embedded().index.search(query);
        expectSameRanking((await search(query)).hits, hits);
      }
    },
  );

  it('finds the same under filters and for callers who may see a part', async () => {
    const filters = fc.sample(nested, { numRuns: 60, seed: SEED }).filter(isKnown);
    for (const [i, filter] of filters.slice(0, 24).entries()) {
      const visible = i % 2 === 0 ? undefined : { operator: 'lessThan' as const, key: 'number', value: 90 };
      const mode = findsWords && i % 3 !== 0 ? 'hybrid' : 'semantic';
      const query = { text: QUESTIONS[i % 5] ?? '', mode, limit: 10, filter, ...(visible && { visible }) } as const;
      const expected = await embedded().index.search(query);
      const found = await search(query);
      expect([found.passed, found.chunks]).toEqual([expected.passed, expected.chunks]);
      expectSameRanking(found.hits, expected.hits);
    }
  });

  it('lets pass what a plain evaluation of a filter lets pass', async () => {
    const filters = fc.sample(nested, { numRuns: 400, seed: SEED + 1 }).filter(isKnown);
    for (const filter of filters) {
      const expected = embedded().chunks.filter((chunk) => matchesFilter(filter, chunk.metadata)).length;
      expect([filter, await store().count({ sequence: 1, filter }, signal)]).toEqual([filter, expected]);
    }
  });

  it('keeps what a chunk is', async () => {
    const { hits } = await search({ text: QUESTIONS[1] ?? '', mode: 'semantic', limit: 20 });
    for (const { chunk } of hits) expect(chunk).toEqual(embedded().chunks.find(({ id }) => id === chunk.id));
  });
}

function describeNumbers({ plugin, target, name, embedded, store }: Suite): void {
  it('shows the entries of one number, old ones and new ones never mixed', async () => {
    const { entries, dimensions } = embedded();
    const base = plugin.open(target(`${name}V`, dimensions));
    const [old, later] = [entries.slice(0, 40), entries.slice(60, 80)];
    const changed = old.slice(0, 10).map((entry) => ({ ...entry, version: 'v2' }));
    const count = (sequence: number) => base.count({ sequence }, signal);
    await base.write(old, 1, signal);
    await base.write(old, 1, signal);
    expect(await count(1)).toBe(40);
    // A second number is written, in part, given up, and written again.
    const ended = changed.map(({ chunk }) => chunk.documentId);
    for (let attempt = 0; attempt < 2; attempt++) {
      await base.takeBack(1, signal);
      await base.end(ended, 2, signal);
      await base.write(changed, 2, signal);
      expect(await count(1)).toBe(40);
    }
    await base.write(later, 2, signal);
    expect(await count(2)).toBe(60);
    expect(await base.documents({ sequence: 2, ids: ['d3', 'd15'], limit: 10 }, signal)).toEqual([
      { documentId: 'd15', version: 'v1' },
      { documentId: 'd3', version: 'v2' },
    ]);
    await base.purge(2, signal);
    expect([await count(1), await count(2)]).toEqual([30, 60]);
    await base.remove(signal);
    expect(await count(2)).toBe(0);
    expect(await store().count({ sequence: 1 }, signal)).toBe(entries.length);
    await base.close();
  });

  it('lists all documents page by page', async () => {
    const listed: string[] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page = await store().documents({ sequence: 1, after, limit: 7 }, signal);
      listed.push(...page.map(({ documentId }) => documentId));
      after = page.at(-1)?.documentId;
    }
    expect(listed).toEqual([...new Set(embedded().chunks.map(({ documentId }) => documentId))].sort());
  });

  it('ends with its signal', async () => {
    const stopped = AbortSignal.abort(new Error('stopped'));
    await expect(store().count({ sequence: 1 }, stopped)).rejects.toThrow('stopped');
  });
}

/** The same chunks in the same order with the same scores, where no two scores are the same. */
export function expectSameRanking(found: readonly Hit[], expected: readonly Hit[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach(({ score, chunk }, place) => {
    expect(score).toBeCloseTo(expected[place]?.score ?? 0, 5);
    const near = expected.filter((hit) => Math.abs(hit.score - score) < 1e-5);
    if (near.length === 1 && place + 1 < expected.length) expect(near[0]?.chunk.id).toBe(chunk.id);
  });
}
