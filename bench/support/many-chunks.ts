import type { Chunk } from '../../src/segments/index.ts';
import { splitSentences } from '../../src/segments/sentences.ts';

const SENTENCES = 8;
/** One word in so many is replaced by one that few other chunks hold, so that the vocabulary grows as real ones do. */
const RARE_WORD = 120;

/** Numbers from 0 to 1, the same for every seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Chunks of about 250 tokens made of real sentences: runs of two to four from several documents, with some words made rare.
 * Their postings are as long as those of real text of that size.
 */
export function* manyChunks(source: readonly Chunk[], count: number, seed: number): Generator<Chunk> {
  const random = createRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const documents = source.map(({ text }) => splitSentences(text));
  for (let i = 0; i < count; i++) {
    const sentences: string[] = [];
    while (sentences.length < SENTENCES) {
      const document = pick(documents);
      const first = Math.floor(random() * document.length);
      sentences.push(...document.slice(first, first + 2 + Math.floor(random() * 3)));
    }
    const text = sentences
      .join(' ')
      .replace(/[a-z]{5,}/g, (word) => (random() * RARE_WORD < 1 ? `${word}${Math.floor(random() * count)}` : word));
    yield {
      id: `chunk-${i}`,
      documentId: `document-${Math.floor(i / 10)}`,
      title: pick(source).title ?? '',
      text,
      page: 1 + (i % 10),
      metadata: {
        source: `s3://bucket/document-${Math.floor(i / 10)}.pdf`,
        page: 1 + (i % 10),
        group: `group-${i % 100}`,
      },
    };
  }
}
