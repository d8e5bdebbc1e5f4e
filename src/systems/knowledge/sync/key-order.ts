/**
 * Compares keys by their UTF-8 bytes, the order of an S3 listing and of PostgreSQL's "C" collation. JavaScript's own order,
 * by UTF-16 code units, differs from it beyond the basic plane.
 */
export function compareKeys(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  let at = 0;
  while (at < length && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  if (at === length) return one.length - other.length;
  const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)];
  // Surrogates stand for code points above all others, though units from U+E000 on are greater numbers.
  return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
