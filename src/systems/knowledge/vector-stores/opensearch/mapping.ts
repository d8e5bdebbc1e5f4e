import { LoamError } from '../../../../core/errors.ts';
import type { StoreTarget } from '../contract.ts';
import { storeName } from '../store-name.ts';
import type { Query } from './filter.ts';

/** How a vector field compares; scores of searches are turned back to inner products by it. */
export type SpaceType = 'innerproduct' | 'cosinesimil' | 'l2';

export interface VectorSpace {
  readonly dimensions: number;
  readonly spaceType: SpaceType;
}

/** Longer values are kept and not found by filters: Lucene takes words of 32,766 bytes. */
const LONGEST_WORD = 10_900;

/** The fields that Loam adds to those of the field mapping. */
function ownFields(similarity: string): Query {
  const keyword = { type: 'keyword' };
  const terms = { type: 'text', analyzer: 'whitespace', similarity };
  return {
    properties: {
      base: keyword,
      from: { type: 'integer' },
      until: { type: 'integer' },
      id: keyword,
      document: keyword,
      version: keyword,
      chunk: { type: 'keyword', index: false, doc_values: false },
      terms,
      title_terms: terms,
      length: { type: 'integer' },
      title_length: { type: 'integer' },
      values: { type: 'keyword', ignore_above: LONGEST_WORD },
      keys: keyword,
      numbers: { type: 'nested', properties: { key: keyword, value: { type: 'double' } } },
    },
  };
}

/** A new index: words are weighed as in the embedded index, vectors are found by Lucene. */
export function newIndex({ fields, dimensions }: StoreTarget): Query {
  const method = { name: 'hnsw', engine: 'lucene', space_type: 'innerproduct' };
  return {
    settings: { index: { knn: true, similarity: { loam: { type: 'BM25', k1: 0.9, b: 0.4 } } } },
    mappings: {
      dynamic: false,
      properties: {
        [fields.vector ?? 'embedding']: { type: 'knn_vector', dimension: dimensions, method },
        [fields.text]: { type: 'text' },
        [fields.metadata]: { type: 'text', index: false },
        loam: ownFields('loam'),
      },
    },
  };
}

/** What is added to an index that somebody else has made. */
export function addedFields(): Query {
  return { properties: { loam: ownFields('BM25') } };
}

/** The mapping of an index as the store tells it. */
export interface FoundMapping {
  readonly properties?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Whether Loam's fields are there. */
export function hasOwnFields({ properties = {} }: FoundMapping): boolean {
  return Object.hasOwn(properties, 'loam');
}

/** @throws LoamError `vector-store-unusable` */
export function vectorSpaceOf(target: StoreTarget, mapping: FoundMapping): VectorSpace {
  const name = target.fields.vector ?? 'embedding';
  const field = mapping.properties?.[name];
  const dimensions = Number(field?.dimension ?? 0);
  const method = (field?.method ?? {}) as { space_type?: string };
  const spaceType = method.space_type ?? field?.space_type ?? 'l2';
  const isKnown = spaceType === 'innerproduct' || spaceType === 'cosinesimil' || spaceType === 'l2';
  if (field?.type === 'knn_vector' && dimensions >= target.dimensions && isKnown) return { dimensions, spaceType };
  const found = field === undefined ? 'is missing' : `is ${field.type} of ${dimensions} dimensions, ${spaceType}`;
  throw new LoamError('vector-store-unusable', {
    store: storeName(target.url),
    problem: `the field ${name} of the index ${target.index} ${found}`,
    allowed: `knn_vector of ${target.dimensions} dimensions or more, by innerproduct, cosinesimil or l2`,
  });
}

/** The inner product behind a score, as the k-NN plug-in makes scores of it; vectors are of a length close to 1. */
export function innerProduct(score: number, spaceType: SpaceType): number {
  if (spaceType === 'cosinesimil') return 2 * score - 1;
  if (spaceType === 'l2') return 1 - (1 / score - 1) / 2;
  return score >= 1 ? score - 1 : 1 - 1 / score;
}
