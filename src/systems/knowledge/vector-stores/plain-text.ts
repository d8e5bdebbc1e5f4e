const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** A text as every store can keep it: without NUL and halves of characters. */
export function plainText(text: string): string {
  return UNSTORABLE.test(text) ? Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', '\ufffd') : text;
}

/** JSON with such texts, as values and as keys. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'string') return plainText(part);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, one]) => [plainText(key), one]));
  });
}
