import type { ScoreParts } from './contract.ts';
import { sumOf } from './fuse.ts';
import { compareIds, type LoadedIndex } from './loaded-index.ts';

/** A slot with what each signal added to its fused score. */
export interface Scored {
  readonly slot: number;
  readonly parts: ScoreParts;
}

/** Best first; ties by chunk id. */
export function rank(index: LoadedIndex, scored: readonly Scored[]): (Scored & { readonly fused: number })[] {
  return scored
    .map(({ slot, parts }) => ({ slot, parts, fused: sumOf(parts) }))
    .sort((a, b) => b.fused - a.fused || compareIds(index, a.slot, b.slot));
}
