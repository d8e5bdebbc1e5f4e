import type { Chunk } from '../../../../segments/index.ts';
import type { FoundChunk, StoreTarget } from '../contract.ts';
import { fitVector } from '../fit-vector.ts';

/** A document of the index: the fields of the mapping, and Loam's own. */
export type Source = Readonly<Record<string, unknown>>;

export function foundChunk(key: string, source: Source, { fields, dimensions }: StoreTarget): FoundChunk[] {
  const own = source.loam as { chunk?: string } | undefined;
  if (own?.chunk === undefined) return [];
  const numbers = source[fields.vector ?? 'embedding'] as number[];
  const rest = JSON.parse(own.chunk) as Omit<Chunk, 'text' | 'vector'>;
  const vector = fitVector(Float32Array.from(numbers), dimensions);
  return [{ key, chunk: { ...rest, text: String(source[fields.text] ?? ''), vector } }];
}
