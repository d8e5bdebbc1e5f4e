import type { ScoreParts, Signal } from './contract.ts';
import { fuseParts } from './fuse.ts';
import { compareIds, type LoadedIndex } from './loaded-index.ts';
import { selectBest } from './select-best.ts';

/** The chunks that are still in the running, with what each signal adds to their fused scores: `parts.body[i]` is of `slots[i]`. */
export interface Candidates {
  readonly slots: Uint32Array;
  readonly parts: Readonly<Partial<Record<Signal, Float64Array>>>;
}

/** A signal's parts, one for each slot. */
export function partsOf(slots: Uint32Array, part: (slot: number) => number): Float64Array {
  const parts = new Float64Array(slots.length);
  for (let i = 0; i < slots.length; i++) parts[i] = part(slots[i] as number);
  return parts;
}

/** The candidates with these parts besides those they have. */
export function withParts(candidates: Candidates, more: Candidates['parts']): Candidates {
  return { slots: candidates.slots, parts: { ...candidates.parts, ...more } };
}

/** The best `count` candidates by fused score, best first, ties by chunk id. */
export function bestCandidates(index: LoadedIndex, { slots, parts }: Candidates, count: number): Candidates {
  const fused = fuseParts(parts, slots.length);
  const places = new Uint32Array(slots.length).map((_, i) => i);
  const best = selectBest(places, fused, count, (a, b) => compareIds(index, slots[a] as number, slots[b] as number));
  const kept: Partial<Record<Signal, Float64Array>> = {};
  for (const [signal, values] of Object.entries(parts)) kept[signal as Signal] = gather(values, best);
  return { slots: best.map((place) => slots[place] as number), parts: kept };
}

/** What each signal added to the score of one candidate. */
export function partsAt({ parts }: Candidates, place: number): ScoreParts {
  return Object.fromEntries(Object.entries(parts).map(([signal, values]) => [signal, values[place]]));
}

function gather(values: Float64Array, places: Uint32Array): Float64Array {
  const gathered = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) gathered[i] = values[places[i] as number] as number;
  return gathered;
}
