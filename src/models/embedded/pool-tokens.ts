import type { TokenEncoder } from '../../segments/contract.ts';
import { unitVector } from '../vectors.ts';

/** The normalised sum of the tokens' rows: of norm 1, or all zeros when there is no known token. */
export function poolTokens({ dimensions, rows, scales }: TokenEncoder, ids: readonly number[]): Float32Array {
  const sum = new Float32Array(dimensions);
  for (const id of ids) {
    const scale = scales[id] ?? 0;
    const from = id * dimensions;
    for (let at = 0; at < dimensions; at += 1) sum[at] = (sum[at] ?? 0) + scale * (rows[from + at] ?? 0);
  }
  return unitVector(sum);
}
