/** How two items of equal score are ordered: below 0 when the first comes before. */
export type TieBreak = (a: number, b: number) => number;

/** Scores that are looked at to tell where the best begin. */
const SAMPLE = 2_048;
/** How far below the place that the sample names the threshold is put, so that a second look is rare. */
const MARGIN = 1.5;
const MARGIN_PLACES = 8;

/**
 * The `count` items of highest score, best first, ties by `tieBreak`. Items are numbers that index `scores`. Those below a
 * threshold that a sample suggests fall in one pass; a heap whose root is the worst that is kept takes the best of the rest.
 */
export function selectBest(given: Uint32Array, scores: Float64Array, count: number, tieBreak: TieBreak): Uint32Array {
  const items = withoutHopeless(given, scores, count);
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

/** All items from a threshold up, which at least `count` of them reach; all of them where the sample misled. */
function withoutHopeless(items: Uint32Array, scores: Float64Array, count: number): Uint32Array {
  const place = Math.ceil((count / items.length) * SAMPLE * MARGIN) + MARGIN_PLACES;
  if (items.length < 4 * SAMPLE || place >= SAMPLE / 2) return items;
  const sample = new Float64Array(SAMPLE);
  const step = items.length / SAMPLE;
  for (let i = 0; i < SAMPLE; i++) sample[i] = scores[items[Math.floor(i * step)] as number] as number;
  const threshold = sample.sort()[SAMPLE - 1 - place] as number;
  const kept = new Uint32Array(items.length);
  let found = 0;
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as number;
    if ((scores[item] as number) >= threshold) kept[found++] = item;
  }
  return found < count ? items : kept.subarray(0, found);
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
