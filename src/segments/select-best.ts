/** How two items of equal score are ordered: below 0 when the first comes before. */
export type TieBreak = (a: number, b: number) => number;

/**
 * The `count` items of highest score, best first, ties by `tieBreak`. Items are numbers that index `scores`. One pass with a
 * heap whose root is the worst that is kept: most items fall to one comparison with the root's score.
 */
export function selectBest(items: Uint32Array, scores: Float64Array, count: number, tieBreak: TieBreak): Uint32Array {
  const size = Math.min(count, items.length);
  const heap = items.slice(0, size);
  const isWorse = (a: number, b: number): boolean => {
    const difference = (scores[a] as number) - (scores[b] as number);
    return difference < 0 || (difference === 0 && tieBreak(a, b) > 0);
  };
  if (size < items.length && size > 0) {
    for (let at = (size >>> 1) - 1; at >= 0; at--) siftDown(heap, at, isWorse);
    let worst = scores[heap[0] as number] as number;
    for (let i = size; i < items.length; i++) {
      const item = items[i] as number;
      if ((scores[item] as number) < worst || !isWorse(heap[0] as number, item)) continue;
      heap[0] = item;
      siftDown(heap, 0, isWorse);
      worst = scores[heap[0] as number] as number;
    }
  }
  return heap.sort((a, b) => (scores[b] as number) - (scores[a] as number) || tieBreak(a, b));
}

/** Lets the item at `start` sink until both below it are better. */
function siftDown(heap: Uint32Array, start: number, isWorse: (a: number, b: number) => boolean): void {
  const item = heap[start] as number;
  let at = start;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isWorse(heap[child + 1] as number, heap[child] as number)) child++;
    if (!isWorse(heap[child] as number, item)) break;
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = item;
}
