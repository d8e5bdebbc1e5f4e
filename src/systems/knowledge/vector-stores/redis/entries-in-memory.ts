import { setImmediate as pause } from 'node:timers/promises';
import {
  type CorpusStatistics,
  type FieldTerms,
  type LegScores,
  type Metadata,
  matchesFilter,
} from '../../../../segments/index.ts';
import type { StoreView, WordsOf } from '../contract.ts';

/** What is needed of an entry to find it. */
export interface HeldEntry {
  readonly key: string;
  readonly id: string;
  readonly documentId: string;
  readonly version: string;
  readonly metadata: Metadata;
  readonly vector: Float32Array;
  readonly body: FieldTerms;
  readonly title: FieldTerms;
}

type Conditions = Omit<StoreView, 'sequence'>;

/** BM25's constants, those of the embedded index. */
const K1 = 0.9;
const B = 0.4;
/** Entries that are looked at before others get their turn on the event loop. */
const STRIDE = 2_000;

/** Finds entries by looking at each: what a store without a search of its own leaves to be done. */
export class EntriesInMemory {
  readonly #entries: readonly HeldEntry[];

  constructor(entries: readonly HeldEntry[]) {
    this.#entries = entries;
  }

  get entries(): readonly HeldEntry[] {
    return this.#entries;
  }

  async count({ visible, filter }: Conditions, signal: AbortSignal): Promise<number> {
    let passed = 0;
    for await (const { metadata } of this.#each(signal)) if (passes({ visible, filter }, metadata)) passed += 1;
    return passed;
  }

  async statistics(
    { visible, filter }: Conditions,
    terms: readonly string[],
    signal: AbortSignal,
  ): Promise<CorpusStatistics> {
    const frequencies = new Map(terms.map((term) => [term, { body: 0, title: 0 }]));
    const lengths = { body: { sum: 0, having: 0 }, title: { sum: 0, having: 0 } };
    let [chunks, passed] = [0, 0];
    for await (const entry of this.#each(signal)) {
      if (!passes({ visible }, entry.metadata)) continue;
      chunks += 1;
      if (passes({ filter }, entry.metadata)) passed += 1;
      for (const field of ['body', 'title'] as const) {
        const { counts, length } = entry[field];
        if (length > 0) {
          lengths[field].sum += length;
          lengths[field].having += 1;
        }
        for (const [term, found] of frequencies) if (Object.hasOwn(counts, term)) found[field] += 1;
      }
    }
    const average = ({ sum, having }: { sum: number; having: number }): number => (having === 0 ? 1 : sum / having);
    const averages = { body: average(lengths.body), title: average(lengths.title) };
    return { chunks, passed, averages, frequencies: Object.fromEntries(frequencies) };
  }

  nearest(conditions: Conditions, { vector, limit }: { vector: Float32Array; limit: number }, signal: AbortSignal) {
    return this.#best(conditions, limit, (entry) => innerProduct(entry.vector, vector), signal);
  }

  matching(conditions: Conditions, { terms, averageLength, limit }: WordsOf, signal: AbortSignal) {
    const score = ({ body: { counts, length } }: HeldEntry): number | undefined => {
      let sum: number | undefined;
      for (const { text, weight } of terms) {
        const times = Object.hasOwn(counts, text) ? (counts[text] ?? 0) : 0;
        if (times > 0) sum = (sum ?? 0) + (weight * times) / (times + K1 * (1 - B + (B * length) / averageLength));
      }
      return sum;
    };
    return this.#best(conditions, limit, score, signal);
  }

  async #best(
    conditions: Conditions,
    limit: number,
    score: (entry: HeldEntry) => number | undefined,
    signal: AbortSignal,
  ): Promise<LegScores> {
    const scored: { key: string; id: string; score: number }[] = [];
    for await (const entry of this.#each(signal)) {
      if (!passes(conditions, entry.metadata)) continue;
      const found = score(entry);
      if (found !== undefined) scored.push({ key: entry.key, id: entry.id, score: found });
    }
    const best = scored.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, limit);
    return { ids: best.map(({ key }) => key), scores: best.map((one) => one.score) };
  }

  async *#each(signal: AbortSignal): AsyncGenerator<HeldEntry> {
    for (let at = 0; at < this.#entries.length; at++) {
      if (at % STRIDE === 0) await pause(undefined, { signal });
      yield this.#entries[at] as HeldEntry;
    }
  }
}

function passes({ visible, filter }: Conditions, metadata: Metadata): boolean {
  return [visible, filter].every((one) => one === undefined || matchesFilter(one, metadata));
}

function innerProduct(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
