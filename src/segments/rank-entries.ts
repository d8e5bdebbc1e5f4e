import type { Kernel } from '../kernel/index.ts';
import { type AnalyzedChunk, type ChunkAnalyzer, createChunkAnalyzer } from './analyze-chunk.ts';
import { type Analyzer, createAnalyzer } from './analyzer.ts';
import { assemble } from './assemble.ts';
import type { Chunk, Encoder, Hit, SearchMode } from './contract.ts';
import type { Passing } from './corpora.ts';
import { inverseFrequency } from './corpus.ts';
import type { CorpusStatistics } from './entry.ts';
import { type Spread, spreadOf } from './fuse.ts';
import { givenCorpus } from './given-corpus.ts';
import { type Int8Vector, quantise } from './int8-vector.ts';
import { type LoadedIndex, loadIndex } from './loaded-index.ts';
import { addSegment, emptyManifest } from './manifest.ts';
import { queryVector, readQuery } from './read-query.ts';
import { hitsOf } from './search.ts';
import { BEST, candidatesOf, runStageOne, type StageOne } from './stage-one.ts';
import { rescore } from './stage-two.ts';

/** A chunk that a store outside gave, to be ranked with others; `vector` as the store keeps it. */
export type RankedChunk = Chunk & { readonly vector: Float32Array };

/** The scores of one leg's best thousand, best first, and for each the chunk it is of where that one is ranked. */
export interface LegScores {
  readonly ids: readonly string[];
  readonly scores: readonly number[];
}

export interface RankRequest {
  readonly text: string;
  readonly mode: SearchMode;
  /** 1 to 1,000. */
  readonly limit: number;
  /** Of the question, where vectors come from outside and the mode is not lexical. */
  readonly vector?: Float32Array;
  readonly statistics: CorpusStatistics;
  readonly chunks: readonly RankedChunk[];
  /** What the store found by words and by vectors. */
  readonly legs: { readonly body?: LegScores; readonly chunk?: LegScores };
}

export interface RankedEntries {
  readonly hits: readonly Hit[];
}

/** What ranks chunks that lie elsewhere as the embedded index ranks its own; for one embedder. */
export interface Ranker {
  /** The distinct terms of a question. */
  terms(text: string): string[];
  /** What a question's words weigh in the body of a chunk. */
  weights(terms: readonly string[], statistics: CorpusStatistics): number[];
  /**
   * The vector to search with, as the embedded index would: of the question's text, or the one given where vectors come
   * from outside.
   */
  vector(text: string, statistics: CorpusStatistics, given?: Float32Array): Float32Array;
  /** Terms that the best by words suggest, the likeliest first: `rank` asks for the frequencies of these. */
  suggest(chunks: readonly RankedChunk[], scores: readonly number[]): string[];
  rank(request: RankRequest): RankedEntries;
}

const KEPT = 8_000;
const SUGGESTED = 200;
const SEGMENT = 'ranked';

/** All on the calling thread; it remembers the chunks it has analysed. */
export function createRanker(encoder: Encoder, kernel: Kernel): Ranker {
  const analyzer = createAnalyzer();
  const analyze = rememberAnalyses(createChunkAnalyzer(encoder, kernel));
  return {
    terms: (text) => [...new Set(analyzer.terms(text))],
    weights: (terms, statistics) =>
      terms.map((term) => inverseFrequency({ chunks: statistics.chunks }, statistics.frequencies[term]?.body ?? 0)),
    vector: (text, statistics, given) => {
      const corpus = givenCorpus({ segments: [], slots: 0 }, statistics);
      const vector = given ? Float64Array.from(given) : queryVector(encoder, corpus, analyzer.words(text));
      const { values, scale } = quantise(vector);
      return Float32Array.from(values, (value) => value * scale);
    },
    suggest: (chunks, scores) => suggestTerms(chunks.map(analyze), scores),
    rank: (request) => rank(load(encoder, kernel, request.chunks.map(analyze)), analyzer, request),
  };
}

function rememberAnalyses(analyze: ChunkAnalyzer): (chunk: RankedChunk) => AnalyzedChunk {
  const known = new Map<string, AnalyzedChunk>();
  return (chunk) => {
    const key = `${chunk.id} ${chunk.title ?? ''} ${chunk.text}`;
    const kept = known.get(key);
    // Metadata may change while text and vector stay.
    if (kept) return { ...kept, chunk: withoutVector(chunk), vector: rounded(chunk.vector) };
    const analyzed = { ...analyze(chunk), vector: rounded(chunk.vector) };
    if (known.size >= KEPT) known.clear();
    known.set(key, analyzed);
    return analyzed;
  };
}

function withoutVector({ vector: _, ...chunk }: RankedChunk): Omit<Chunk, 'vector'> {
  return chunk;
}

/** The int8 values that the coordinates were made of; their length is kept as it is, for so the embedded index has it. */
function rounded(vector: Float32Array): Int8Vector {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(largest > 0 && Number.isFinite(largest))) return { values: new Int8Array(vector.length), scale: 0 };
  const scale = Math.fround(largest / 127);
  return { values: Int8Array.from(vector, (value) => Math.round(value / scale)), scale };
}

/** One segment of these chunks, loaded. */
function load(encoder: Encoder, kernel: Kernel, chunks: readonly AnalyzedChunk[]): LoadedIndex {
  const { fingerprint, dimensions } = encoder;
  const built = assemble(chunks, { fingerprint, dimensions });
  const manifest = addSegment(emptyManifest(built.embedder), { id: SEGMENT, bytesId: SEGMENT, built });
  return loadIndex({ manifest, bytes: new Map([[SEGMENT, new Uint8Array(built.bytes)]]), encoder, kernel });
}

function rank(index: LoadedIndex, analyzer: Analyzer, request: RankRequest): RankedEntries {
  const { mode, limit, text, vector, statistics } = request;
  if (index.slots === 0) return { hits: [] };
  const corpus = givenCorpus(index, statistics);
  const all: Passing = { mask: corpus.living, slots: corpus.slots };
  const read = readQuery(index, corpus, analyzer, { text, mode, limit, ...(vector && { vector }) });
  const stage = withSpreads(runStageOne(index, corpus, read, { passing: all, mode }), request);
  const ranked = rescore(index, stage, candidatesOf(index, stage, limit));
  return { hits: hitsOf(index, ranked, limit) };
}

/** Legs are measured by the best thousand of all that was searched, of which the ranked chunks are a part. */
function withSpreads(stage: StageOne, { legs, statistics, chunks }: RankRequest): StageOne {
  const { lexical, semantic } = stage;
  const slots = new Map(chunks.map(({ id }, slot) => [id, slot]));
  const count = Math.min(BEST, statistics.passed);
  return {
    ...stage,
    ...(lexical &&
      legs.body && {
        lexical: { ...lexical, spread: spreadOfLeg(legs.body, slots, lexical.body, count) },
      }),
    ...(semantic &&
      legs.chunk && {
        semantic: { ...semantic, spread: spreadOfLeg(legs.chunk, slots, semantic.chunk, count) },
      }),
  };
}

function spreadOfLeg(leg: LegScores, slots: ReadonlyMap<string, number>, exact: Float64Array, count: number): Spread {
  const scores = Float64Array.from(leg.ids, (id, place) => {
    const slot = slots.get(id);
    return slot === undefined ? (leg.scores[place] ?? 0) : (exact[slot] ?? 0);
  }).sort((a, b) => b - a);
  return spreadOf(
    Uint32Array.from({ length: scores.length }, (_, place) => place),
    scores,
    count,
  );
}

/** As `expandQuery` shares out probability, before it asks which terms are rare. */
function suggestTerms(chunks: readonly AnalyzedChunk[], scores: readonly number[]): string[] {
  const shares = new Map<string, number>();
  chunks.forEach(({ body }, place) => {
    for (const term of body) {
      shares.set(term, (shares.get(term) ?? 0) + (scores[place] ?? 0) / body.length);
    }
  });
  return [...shares]
    .sort((a, b) => b[1] - a[1])
    .slice(0, SUGGESTED)
    .map(([term]) => term);
}
