import type { Passage } from '../retrieval/passage.ts';

/** Joins what several queries found: the best of each, then the second best of each, nothing twice. */
export function mergePassages(found: readonly (readonly Passage[])[]): readonly Passage[] {
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const merged = new Map<string, Passage>();
  const longest = Math.max(0, ...found.map(({ length }) => length));
  for (let rank = 0; rank < longest; rank += 1) {
    for (const passages of found) {
      const passage = passages[rank];
      if (passage && !merged.has(passage.id)) merged.set(passage.id, passage);
    }
  }
  return [...merged.values()];
}
