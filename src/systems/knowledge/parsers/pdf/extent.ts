/** The lowest of the values; spread into `Math.min`, a hostile page's would overflow the stack. */
export function lowest<Item>(items: Iterable<Item>, measure: (item: Item) => number): number {
  let result = Number.POSITIVE_INFINITY;
  for (const item of items) result = Math.min(result, measure(item));
  return result;
}

export function highest<Item>(items: Iterable<Item>, measure: (item: Item) => number): number {
  let result = Number.NEGATIVE_INFINITY;
  for (const item of items) result = Math.max(result, measure(item));
  return result;
}
