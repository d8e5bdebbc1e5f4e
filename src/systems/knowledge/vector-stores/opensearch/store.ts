import { LoamError } from '../../../../core/errors.ts';
import type { Chunk, CorpusStatistics, LegScores, MetadataFilter } from '../../../../segments/index.ts';
import {
  type DocumentsOf,
  type FoundChunk,
  NEVER,
  type StoredDocument,
  type StoreTarget,
  type StoreView,
  type VectorStore,
  type WordsOf,
  type WrittenEntry,
} from '../contract.ts';
import { entryKey } from '../entry-key.ts';
import { fitVector } from '../fit-vector.ts';
import { type HttpRequest, type HttpStore, httpStore } from '../http-store.ts';
import { plainJson, plainText } from '../plain-text.ts';
import { storeName } from '../store-name.ts';
import { filteredFields, filterToQuery, type Query } from './filter.ts';
import { foundChunk, type Source } from './found-chunk.ts';
import {
  addedFields,
  type FoundMapping,
  hasOwnFields,
  innerProduct,
  newIndex,
  type VectorSpace,
  vectorSpaceOf,
} from './mapping.ts';

const BULK = 200;
const PAGE = 1_000;
const LAST_VERSION = '\u{10ffff}';

interface SearchAnswer {
  readonly hits: { readonly total: { readonly value: number }; readonly hits: readonly Found[] };
  readonly aggregations?: Readonly<Record<string, unknown>>;
}

interface Found {
  readonly _id: string;
  readonly _score: number;
  readonly _source?: Source;
}

/** A knowledge base in an index of OpenSearch with the k-NN plug-in. */
export class OpenSearchStore implements VectorStore {
  readonly #target: StoreTarget;
  readonly #http: HttpStore;
  readonly #path: string;
  #space: VectorSpace | undefined;

  constructor(target: StoreTarget) {
    const { username = '', password } = target.credentials;
    const basic = password && `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    this.#target = target;
    this.#http = httpStore({ ...target, headers: basic ? { authorization: basic } : {} });
    this.#path = `/${encodeURIComponent(target.index)}`;
  }

  async probe(signal: AbortSignal): Promise<void> {
    await this.#http.request({ method: 'GET', path: '/_cluster/health' }, signal, [404]);
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const there = await this.#http.request({ method: 'GET', path: this.#path }, signal, [404]);
    if (there.status === 404) {
      // Another process may be as quick: 400 says that it is there now.
      await this.#http.request({ method: 'PUT', path: this.#path, body: newIndex(this.#target) }, signal, [400]);
    }
    await this.#vectorSpace(signal);
    if (hasOwnFields(await this.#mapping(signal))) return;
    await this.#ask({ method: 'PUT', path: '/_mapping', body: addedFields() }, signal);
  }

  async documents({ sequence, ids, after, limit }: DocumentsOf, signal: AbortSignal): Promise<StoredDocument[]> {
    if (ids?.length === 0) return [];
    const sources = [
      { document: { terms: { field: 'loam.document' } } },
      { version: { terms: { field: 'loam.version' } } },
    ];
    const from = after ? { after: { document: after, version: LAST_VERSION } } : {};
    const only = ids ? [{ terms: { 'loam.document': ids } }] : [];
    const { aggregations = {} } = await this.#search(
      {
        size: 0,
        query: this.#held({ sequence }, only),
        aggs: { documents: { composite: { size: limit, sources, ...from } } },
      },
      signal,
    );
    const { buckets } = aggregations.documents as { buckets: { key: { document: string; version: string } }[] };
    return buckets.map(({ key }) => ({ documentId: key.document, version: key.version }));
  }

  async write(entries: readonly WrittenEntry[], from: number, signal: AbortSignal): Promise<void> {
    const { dimensions } = await this.#vectorSpace(signal);
    for (let at = 0; at < entries.length; at += BULK) {
      const lines = entries.slice(at, at + BULK).flatMap((entry) => {
        const _id = entryKey(this.#target.knowledgeBaseId, entry.chunk.id, from);
        return [{ index: { _id } }, this.#source(entry, from, dimensions)];
      });
      await this.#bulk(lines, signal);
    }
  }

  async end(documentIds: readonly string[], until: number, signal: AbortSignal): Promise<void> {
    const ended = [
      { terms: { 'loam.document': documentIds } },
      { range: { 'loam.from': { lt: until } } },
      { range: { 'loam.until': { gt: until } } },
    ];
    await this.#changeAll(ended, (_id) => [{ update: { _id } }, { doc: { loam: { until } } }], signal);
  }

  async takeBack(sequence: number, signal: AbortSignal): Promise<void> {
    const begun = [{ range: { 'loam.from': { gt: sequence } } }];
    await this.#changeAll(begun, (_id) => [{ delete: { _id } }], signal);
    const ended = [{ range: { 'loam.until': { gt: sequence, lt: NEVER } } }];
    await this.#changeAll(ended, (_id) => [{ update: { _id } }, { doc: { loam: { until: NEVER } } }], signal);
  }

  async purge(sequence: number, signal: AbortSignal): Promise<void> {
    const over = [{ range: { 'loam.until': { lte: sequence } } }];
    await this.#changeAll(over, (_id) => [{ delete: { _id } }], signal);
  }

  async count(view: StoreView, signal: AbortSignal): Promise<number> {
    const query = this.#held(view);
    const { body } = await this.#ask<{ count: number }>({ method: 'POST', path: '/_count', body: { query } }, signal);
    return body.count;
  }

  async statistics(
    { filter, ...view }: StoreView,
    terms: readonly string[],
    signal: AbortSignal,
  ): Promise<CorpusStatistics> {
    const named = terms.map((term, place) => [String(place), plainText(term)] as const);
    const having = (field: string): Query => ({
      filters: { filters: Object.fromEntries(named.map(([place, term]) => [place, { term: { [field]: term } }])) },
    });
    const average = (field: string): Query => ({
      filter: { range: { [field]: { gt: 0 } } },
      aggs: { average: { avg: { field } } },
    });
    const { hits, aggregations = {} } = await this.#search(
      {
        size: 0,
        track_total_hits: true,
        query: this.#held(view),
        aggs: {
          passed: { filter: filter ? filterToQuery(filter) : { match_all: {} } },
          body: average('loam.length'),
          title: average('loam.title_length'),
          ...(terms.length > 0 && { terms: having('loam.terms'), title_terms: having('loam.title_terms') }),
        },
      },
      signal,
    );
    return statisticsOf(hits.total.value, aggregations, terms);
  }

  async nearest(
    view: StoreView,
    { vector, limit }: { vector: Float32Array; limit: number },
    signal: AbortSignal,
  ): Promise<LegScores> {
    const { dimensions, spaceType } = await this.#vectorSpace(signal);
    // No vector at all is as far from everything.
    if (vector.every((value) => value === 0)) return this.#anything(view, limit, signal);
    const field = this.#target.fields.vector ?? 'embedding';
    const near = { vector: Array.from(fitVector(vector, dimensions)), k: limit, filter: this.#held(view) };
    const { hits } = await this.#search({ size: limit, _source: false, query: { knn: { [field]: near } } }, signal);
    return {
      ids: hits.hits.map(({ _id }) => _id),
      scores: hits.hits.map(({ _score }) => innerProduct(_score, spaceType)),
    };
  }

  async matching(view: StoreView, { terms, limit }: WordsOf, signal: AbortSignal): Promise<LegScores> {
    if (terms.length === 0) return { ids: [], scores: [] };
    const should = terms.map(({ text }) => ({ term: { 'loam.terms': { value: plainText(text) } } }));
    const query = { bool: { should, minimum_should_match: 1, filter: [this.#held(view)] } };
    const { hits } = await this.#search({ size: limit, _source: false, query }, signal);
    return { ids: hits.hits.map(({ _id }) => _id), scores: hits.hits.map(({ _score }) => _score) };
  }

  async read(keys: readonly string[], signal: AbortSignal): Promise<FoundChunk[]> {
    const request = { method: 'POST', path: '/_mget', body: { ids: keys } } as const;
    const { body } = await this.#ask<{ docs: Found[] }>(request, signal);
    return body.docs.flatMap(({ _id, _source }) => (_source ? foundChunk(_id, _source, this.#target) : []));
  }

  async remove(signal: AbortSignal): Promise<void> {
    await this.#changeAll([], (_id) => [{ delete: { _id } }], signal);
  }

  async close(): Promise<void> {
    // Connections are the outbound client's.
  }

  #ask<Answer>(request: HttpRequest, signal: AbortSignal) {
    return this.#http.request<Answer>({ ...request, path: `${this.#path}${request.path}` }, signal);
  }

  async #search(body: Query, signal: AbortSignal): Promise<SearchAnswer> {
    return (await this.#ask<SearchAnswer>({ method: 'POST', path: '/_search', body }, signal)).body;
  }

  async #anything(view: StoreView, limit: number, signal: AbortSignal): Promise<LegScores> {
    const body = { size: limit, _source: false, query: this.#held(view), sort: [{ 'loam.id': 'asc' }] };
    const { hits } = await this.#search(body, signal);
    return { ids: hits.hits.map(({ _id }) => _id), scores: hits.hits.map(() => 0) };
  }

  /** The entries of a view. */
  #held({ sequence, visible, filter }: StoreView, more: readonly Query[] = []): Query {
    const filters = [visible, filter].filter((one): one is MetadataFilter => one !== undefined);
    return {
      bool: {
        filter: [
          { term: { 'loam.base': this.#target.knowledgeBaseId } },
          { range: { 'loam.from': { lte: sequence } } },
          { range: { 'loam.until': { gt: sequence } } },
          ...filters.map(filterToQuery),
          ...more,
        ],
      },
    };
  }

  /** Changes every entry of the knowledge base that a change takes out of the condition, a page at a time. */
  async #changeAll(
    conditions: readonly Query[],
    change: (id: string) => readonly object[],
    signal: AbortSignal,
  ): Promise<void> {
    const query = { bool: { filter: [{ term: { 'loam.base': this.#target.knowledgeBaseId } }, ...conditions] } };
    for (;;) {
      const { hits } = await this.#search({ size: PAGE, _source: false, query }, signal);
      if (hits.hits.length === 0) return;
      await this.#bulk(
        hits.hits.flatMap(({ _id }) => change(_id)),
        signal,
      );
    }
  }

  async #bulk(lines: readonly object[], signal: AbortSignal): Promise<void> {
    const body = `${lines.map((line) => plainJson(line)).join('\n')}\n`;
    const request = { method: 'POST', path: '/_bulk?refresh=true', body } as const;
    const answer = await this.#ask<{ errors: boolean; items: Record<string, { error?: { reason?: string } }>[] }>(
      request,
      signal,
    );
    if (!answer.body.errors) return;
    const reasons = answer.body.items.flatMap((item) =>
      Object.values(item).flatMap(({ error }) => error?.reason ?? []),
    );
    throw new LoamError('vector-store-unavailable', {
      store: storeName(this.#target.url),
      problem: `it refused ${reasons.length} entries: ${reasons[0] ?? 'without a reason'}`,
    });
  }

  async #vectorSpace(signal: AbortSignal): Promise<VectorSpace> {
    this.#space ??= vectorSpaceOf(this.#target, await this.#mapping(signal));
    return this.#space;
  }

  async #mapping(signal: AbortSignal): Promise<FoundMapping> {
    const request = { method: 'GET', path: '/_mapping' } as const;
    const { body } = await this.#ask<Record<string, { mappings: FoundMapping }>>(request, signal);
    return Object.values(body)[0]?.mappings ?? {};
  }

  #source({ chunk, vector, body, title, version }: WrittenEntry, from: number, dimensions: number): Source {
    const { fields, knowledgeBaseId } = this.#target;
    const { text, ...rest } = chunk;
    const words = (counts: Readonly<Record<string, number>>): string =>
      Object.entries(counts)
        .flatMap(([term, times]) => Array<string>(times).fill(term))
        .join(' ');
    return {
      [fields.vector ?? 'embedding']: Array.from(fitVector(vector, dimensions)),
      [fields.text]: text,
      [fields.metadata]: JSON.stringify(chunk.metadata),
      loam: {
        ...{ base: knowledgeBaseId, from, until: NEVER, id: chunk.id, document: chunk.documentId, version },
        chunk: JSON.stringify(rest satisfies Omit<Chunk, 'text' | 'vector'>),
        terms: words(body.counts),
        title_terms: words(title.counts),
        length: body.length,
        title_length: title.length,
        ...filteredFields(chunk.metadata),
      },
    };
  }
}

interface Buckets {
  readonly buckets: Readonly<Record<string, { readonly doc_count: number }>>;
}

function statisticsOf(
  chunks: number,
  aggregations: Readonly<Record<string, unknown>>,
  terms: readonly string[],
): CorpusStatistics {
  const { passed, body, title, terms: inBody, title_terms: inTitle } = aggregations;
  const average = (of: unknown): number => (of as { average?: { value: number | null } }).average?.value ?? 1;
  const times = (of: unknown, place: number): number => (of as Buckets).buckets[String(place)]?.doc_count ?? 0;
  return {
    chunks,
    passed: (passed as { doc_count: number }).doc_count,
    averages: { body: average(body), title: average(title) },
    frequencies: Object.fromEntries(
      terms.map((term, place) => [term, { body: times(inBody, place), title: times(inTitle, place) }]),
    ),
  };
}
