import { describe, expect, it } from 'vitest';
import type { Block } from '../parsers/contract.ts';
import { prepareChunker } from './index.ts';

const countTokens = (text: string): number => text.match(/\S+/g)?.length ?? 0;
const chunkWith = (parent: number, child: number, overlapTokens: number, blocks: readonly Block[]) =>
  prepareChunker({
    chunkingStrategy: 'HIERARCHICAL',
    hierarchicalChunkingConfiguration: {
      levelConfigurations: [{ maxTokens: parent }, { maxTokens: child }],
      overlapTokens,
    },
  }).chunk({ blocks }, { countTokens });
const sentences = (count: number, page = 1): Block => ({
  kind: 'paragraph',
  page,
  text: Array.from({ length: count }, (_, at) => `Word ${at} of page ${page}.`).join(' '),
});
const unique = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];

describe('hierarchical chunking', () => {
  it('gives children to parents, in order, parents numbered from 0', async () => {
    const chunks = await chunkWith(20, 10, 1, [sentences(16)]);
    const ordinals = chunks.map(({ parent }) => parent?.ordinal);
    expect(unique(ordinals)).toEqual([0, 1, 2, 3, 4, 5].slice(0, unique(ordinals).length));
    expect(unique(ordinals).length).toBeGreaterThan(3);
    for (const { text, parent } of chunks) {
      expect(countTokens(text)).toBeLessThanOrEqual(10);
      expect(countTokens(parent?.text ?? '')).toBeLessThanOrEqual(20);
      expect(parent?.text).toContain(text);
    }
  });

  it('repeats so many tokens of the end at the start of the next chunk of the same layer', async () => {
    const chunks = await chunkWith(40, 15, 3, [sentences(40)]);
    const parents = unique(chunks.map(({ parent }) => parent?.text ?? ''));
    const lastThree = (text: string): string => text.split(' ').slice(-3).join(' ');
    for (const [at, text] of parents.entries()) {
      if (at > 0) expect(text.startsWith(lastThree(parents[at - 1] ?? ''))).toBe(true);
      const children = chunks.filter(({ parent }) => parent?.text === text);
      for (const [place, child] of children.entries()) {
        if (place > 0) expect(child.text.startsWith(lastThree(children[place - 1]?.text ?? ''))).toBe(true);
      }
    }
  });

  it('never has a parent over two pages or sections', async () => {
    const heading: Block = { kind: 'heading', level: 1, text: 'Doses', page: 2 };
    const chunks = await chunkWith(1000, 20, 2, [sentences(5, 1), sentences(5, 2), heading, sentences(3, 2)]);
    expect(unique(chunks.map(({ parent }) => parent?.ordinal))).toEqual([0, 1, 2]);
    expect(chunks.map(({ page }) => page)).toEqual(chunks.map(({ parent }) => (parent?.ordinal === 0 ? 1 : 2)));
    expect(chunks.at(-1)).toMatchObject({ heading: 'Doses', parent: { ordinal: 2 } });
    expect(chunks.at(-1)?.parent?.text.startsWith('Doses\nWord 0')).toBe(true);
  });
});
