import { expect, test } from 'vitest';
import type { Hit } from '../../../segments/index.ts';
import { type ChunkDetail, chunkPayload } from '../chunk-detail.ts';
import { SYSTEM_METADATA } from '../metadata-keys.ts';
import { passagesOf } from './parents.ts';

function hit(id: string, score: number, detail: ChunkDetail = {}): Hit {
  const payload = chunkPayload(detail);
  const metadata = { [SYSTEM_METADATA.sourceUri]: 's3://handbook/a.txt', [SYSTEM_METADATA.pageNumber]: 4 };
  return {
    chunk: { id, documentId: 'a', text: `Text of ${id}.`, metadata, ...(payload !== undefined && { payload }) },
    score,
    parts: {},
  };
}

test('children give way to their parents, each once, where its best child stood', () => {
  const [one, two] = [
    { id: 'a:p0', text: 'Parent 0.' },
    { id: 'a:p1', text: 'Parent 1.', cells: 'Budget!A1:D9' },
  ];
  const hits = [
    hit('a:1', 0.9, { parent: one }),
    hit('b:0', 0.8),
    hit('a:7', 0.7, { parent: two, cells: 'Budget!A2:D4' }),
    hit('a:0', 0.6, { parent: one }),
  ];
  const passages = passagesOf(hits);
  expect(passages.map(({ id, text, score }) => [id, text, score])).toEqual([
    ['a:p0', 'Parent 0.', 0.9],
    ['b:0', 'Text of b:0.', 0.8],
    ['a:p1', 'Parent 1.', 0.7],
  ]);
  expect(passages[0]).toMatchObject({ uri: 's3://handbook/a.txt' });
  expect(passages[0]?.metadata).toEqual({
    [SYSTEM_METADATA.sourceUri]: 's3://handbook/a.txt',
    [SYSTEM_METADATA.pageNumber]: 4,
    [SYSTEM_METADATA.chunkId]: 'a:p0',
  });
  expect(passages[2]?.metadata['x-loam-cells']).toBe('Budget!A1:D9');
});

test('cells are told with the passage', () => {
  expect(passagesOf([hit('a:1', 0.5, { cells: 'A2:B9' })])[0]?.metadata['x-loam-cells']).toBe('A2:B9');
});
