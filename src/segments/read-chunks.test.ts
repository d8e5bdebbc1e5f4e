import { expect, test } from 'vitest';
import { openKernel } from '../kernel/index.ts';
import { buildSegment } from './build.ts';
import type { Chunk } from './contract.ts';
import { readChunks } from './read-chunks.ts';

const chunk = (documentId: string, ordinal: number): Chunk => ({
  id: `${documentId}:${ordinal}`,
  documentId,
  text: `Passage ${ordinal} of ${documentId}.`,
  title: documentId,
  page: ordinal + 1,
  metadata: { year: 2024, tags: ['a', 'b'] },
});

test('chunks are read back as they were given, whole documents at a time, without the dead', async () => {
  const chunks = ['a', 'b', 'c', 'd'].flatMap((document) => [0, 1, 2].map((ordinal) => chunk(document, ordinal)));
  const encoder = { kind: 'outside', fingerprint: 'test', dimensions: 16 } as const;
  const withVectors = chunks.map((given) => ({ ...given, vector: new Float32Array(16).fill(1) }));
  const { bytes } = buildSegment(withVectors, { encoder, kernel: await openKernel() });
  const segment = { id: 's', bytes: new Uint8Array(bytes), dead: new Set(['b']) };
  const first = readChunks(segment, { from: 0, atLeast: 4 });
  expect(first.chunks).toEqual(chunks.filter(({ documentId }) => 'ac'.includes(documentId)));
  expect(first.next).toBe(9);
  expect(readChunks(segment, { from: 9, atLeast: 4 })).toEqual({ chunks: chunks.slice(9) });
});
