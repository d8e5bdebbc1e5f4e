/** How two slots of equal score are ordered: below 0 when the first comes before. */
export type TieBreak = (a: number, b: number) => number;

/**
 * The `count` slots of highest score, best first, ties by `tieBreak`. A heap whose root is the worst that is kept, so that
 * one pass over the slots is enough.
 */
export function selectBest(slots: Uint32Array, scores: Float64Array, count: number, tieBreak: TieBreak): Uint32Array {
  const heap = new Uint32Array(Math.min(count, slots.length));
  let size = 0;

  function worse(a: number, b: number): boolean {
    const difference = (scores[a] as number) - (scores[b] as number);
    return difference < 0 || (difference === 0 && tieBreak(a, b) > 0);
  }

  function siftDown(): void {
    const slot = heap[0] as number;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= size) break;
      if (child + 1 < size && worse(heap[child + 1] as number, heap[child] as number)) child++;
      if (!worse(heap[child] as number, slot)) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = slot;
  }

  function siftUp(slot: number): void {
    let at = size++;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!worse(slot, heap[parent] as number)) break;
      heap[at] = heap[parent] as number;
      at = parent;
    }
    heap[at] = slot;
  }

  for (const slot of slots) {
    if (size < heap.length) siftUp(slot);
    else if (size > 0 && worse(heap[0] as number, slot)) {
      heap[0] = slot;
      siftDown();
    }
  }
  return heap.sort((a, b) => (scores[b] as number) - (scores[a] as number) || tieBreak(a, b));
}
