// What is as good as identical is never divided, however few differences a document has.
const LEAST_DISTANCE = 1e-6;

/**
 * Which pairs of neighbours lie further apart than the percentile of all distances (linear interpolation, as in NumPy): a
 * threshold of 90 over 100 pairs gives 10. Of pairs equally far apart, so many of the first as that count asks for.
 *
 * @param threshold a percentile, 50 to 99
 * @returns their places in `distances`
 */
export function breakPairs(distances: ArrayLike<number>, threshold: number): ReadonlySet<number> {
  const count = distances.length;
  const above = count - 1 - Math.floor(((count - 1) * threshold) / 100);
  const places = Array.from({ length: count }, (_, at) => at).filter((at) => distanceAt(at) > LEAST_DISTANCE);
  places.sort((one, other) => distanceAt(other) - distanceAt(one) || one - other);
  return new Set(places.slice(0, Math.max(0, above)));

  function distanceAt(at: number): number {
    return distances[at] as number;
  }
}
