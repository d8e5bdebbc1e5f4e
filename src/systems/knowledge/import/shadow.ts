/** Two places that were asked the same: what they gave, how fast, and how far they agree. */

export interface ShadowPassage {
  /** The document it is from: its key, without the bucket, which may have another name in the other place. */
  readonly document: string;
  readonly page?: number;
  readonly text: string;
}

/** What one place gave for one query. */
export type ShadowAnswer =
  | { readonly latencyMs: number; readonly passages: readonly ShadowPassage[] }
  | { readonly error: string };

export interface ShadowedQuery {
  readonly query: string;
  readonly cloud: ShadowAnswer;
  readonly loam: ShadowAnswer;
}

export interface Latency {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface DifferentQuery {
  readonly query: string;
  /** 0 to 1. */
  readonly overlap: number;
  readonly onlyCloud: readonly string[];
  readonly onlyLoam: readonly string[];
}

export interface ShadowReport {
  readonly k: number;
  readonly queries: number;
  /** Queries that both places answered: the figures below are of these. */
  readonly compared: number;
  /**
   * Mean over queries of the documents that both have among the first k passages, divided by those of the place that has
   * more; 1 where both found nothing. Undefined where no query was compared.
   */
  readonly overlap: number | undefined;
  /** The share of queries whose first passage is of the same document. */
  readonly sameFirst: number | undefined;
  readonly latency: { readonly cloud: Latency | undefined; readonly loam: Latency | undefined };
  readonly failed: { readonly cloud: number; readonly loam: number };
  /** Of the first failures, whose they are. */
  readonly errors: readonly string[];
  /** Those with the least overlap, none that agree wholly. */
  readonly mostDifferent: readonly DifferentQuery[];
}

const MOST_DIFFERENT = 10;
const MOST_ERRORS = 5;

/** @param k passages of each answer that count, from 1 */
export function reportShadow(asked: readonly ShadowedQuery[], k: number): ShadowReport {
  const compared = asked.flatMap(({ query, cloud, loam }) =>
    'error' in cloud || 'error' in loam ? [] : [compare(query, cloud.passages.slice(0, k), loam.passages.slice(0, k))],
  );
  const errorsOf = (place: 'cloud' | 'loam'): string[] =>
    asked.flatMap(({ [place]: answer, query }) => ('error' in answer ? [`${place}: ${query}: ${answer.error}`] : []));
  const [cloudErrors, loamErrors] = [errorsOf('cloud'), errorsOf('loam')];
  const latencies = (place: 'cloud' | 'loam'): number[] =>
    asked.flatMap(({ [place]: answer }) => ('error' in answer ? [] : [answer.latencyMs]));
  return {
    ...{ k, queries: asked.length, compared: compared.length },
    overlap: mean(compared.map(({ overlap }) => overlap)),
    sameFirst: mean(compared.map(({ isSameFirst }) => Number(isSameFirst))),
    latency: { cloud: latencyOf(latencies('cloud')), loam: latencyOf(latencies('loam')) },
    failed: { cloud: cloudErrors.length, loam: loamErrors.length },
    errors: [...cloudErrors, ...loamErrors].slice(0, MOST_ERRORS),
    mostDifferent: compared
      .filter(({ overlap }) => overlap < 1)
      .sort((one, other) => one.overlap - other.overlap)
      .slice(0, MOST_DIFFERENT)
      .map(({ isSameFirst: _isSameFirst, ...different }) => different),
  };
}

/** A passage's document by its location: `s3://bucket/folder/a.pdf` is `folder/a.pdf`, other addresses stay as they are. */
export function documentOf(location: string): string {
  return location.replace(/^s3:\/\/[^/]+\//, '');
}

function compare(
  query: string,
  cloud: readonly ShadowPassage[],
  loam: readonly ShadowPassage[],
): DifferentQuery & { isSameFirst: boolean } {
  const there = new Set(cloud.map(({ document }) => document));
  const here = new Set(loam.map(({ document }) => document));
  const both = [...there].filter((document) => here.has(document)).length;
  const most = Math.max(there.size, here.size);
  return {
    query,
    overlap: most === 0 ? 1 : both / most,
    isSameFirst: cloud[0]?.document === loam[0]?.document,
    onlyCloud: [...there].filter((document) => !here.has(document)),
    onlyLoam: [...here].filter((document) => !there.has(document)),
  };
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Percentiles by the nearest rank. */
function latencyOf(values: readonly number[]): Latency | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number): number => sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? 0;
  return sorted.length === 0 ? undefined : { p50Ms: at(0.5), p95Ms: at(0.95) };
}
