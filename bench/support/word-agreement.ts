/** How often each word occurs in a text. Words are runs of letters and digits, compared by NFKC and in lower case. */
export type Words = ReadonlyMap<string, number>;

export function wordsOf(text: string): Words {
  const words = new Map<string, number>();
  const normal = text
    .normalize('NFKC')
    .replace(/\u00ad/g, '')
    .toLowerCase();
  for (const [word] of normal.matchAll(/[\p{L}\p{N}]+/gu)) words.set(word, (words.get(word) ?? 0) + 1);
  return words;
}

export function countOf(words: Words): number {
  let sum = 0;
  for (const count of words.values()) sum += count;
  return sum;
}

/**
 * What at least two of the readers agree on: a word as often as the second of them that has it most. A word that only one
 * reader finds is not in it.
 */
export function agreement(readers: readonly Words[]): Words {
  const counts = new Map<string, number[]>();
  for (const words of readers) {
    for (const [word, count] of words) counts.set(word, [...(counts.get(word) ?? []), count]);
  }
  const agreed = new Map<string, number>();
  for (const [word, found] of counts) {
    const second = found.sort((one, other) => other - one)[1];
    if (second !== undefined) agreed.set(word, second);
  }
  return agreed;
}

export interface Score {
  /** Of the agreed words, with repetitions, the share that is found. */
  readonly recall: number;
  /** Of the words found, with repetitions, the share that is agreed. */
  readonly precision: number;
  /** The same of words without repetitions: how often each occurs does not count. */
  readonly setRecall: number;
  readonly setPrecision: number;
}

export function score(found: Words, agreed: Words): Score {
  let common = 0;
  let commonWords = 0;
  for (const [word, count] of agreed) {
    common += Math.min(count, found.get(word) ?? 0);
    commonWords += found.has(word) ? 1 : 0;
  }
  return {
    recall: common / countOf(agreed),
    precision: countOf(found) === 0 ? 0 : common / countOf(found),
    setRecall: commonWords / agreed.size,
    setPrecision: found.size === 0 ? 0 : commonWords / found.size,
  };
}
