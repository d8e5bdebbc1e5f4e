const MOST = 3;

/**
 * The names that somebody who wrote another one may have meant, nearest first: those that differ by case or signs, or by few
 * letters (Levenshtein distance, up to a third of the name).
 */
export function nearestKeys(written: string, keys: readonly string[]): string[] {
  const plain = plainly(written);
  return keys
    .map((key) => ({ key, distance: plainly(key) === plain ? 0 : distanceOf(plain, plainly(key)) }))
    .filter(({ key, distance }) => distance <= Math.max(1, Math.floor(Math.max(written.length, key.length) / 3)))
    .sort((a, b) => a.distance - b.distance || (a.key < b.key ? -1 : 1))
    .slice(0, MOST)
    .map(({ key }) => key);
}

function plainly(name: string): string {
  return name.toLowerCase().replace(/[\s_.-]+/g, '');
}

function distanceOf(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 0; i < one.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < other.length; j++) {
      const changed = (before[j] ?? 0) + (one[i] === other[j] ? 0 : 1);
      row.push(Math.min(changed, (before[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    before = row;
  }
  return before.at(-1) ?? 0;
}
