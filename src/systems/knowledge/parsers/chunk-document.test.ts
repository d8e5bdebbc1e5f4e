import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { createWorkerPool, taskFile } from '../../../workers/index.ts';
import { type DocumentToRead, readDocument } from './read-document.ts';

const built = existsSync(fileURLToPath(taskFile(import.meta.url, './cut-document.task.ts')));
if (!built) process.stderr.write('Semantic chunking in workers is not tested: run the build first.\n');

const pool = createWorkerPool({ concurrency: 1 });
afterAll(() => pool.close());

const topics = ['otter', 'otter', 'otter', 'lion', 'lion', 'lion', 'whale', 'whale', 'whale', 'whale', 'whale'];
const document: DocumentToRead = {
  content: { bytes: Buffer.from(topics.map((topic, at) => `Number ${at} is about the ${topic}.`).join(' ')) },
  name: 'topics.txt',
  chunking: {
    chunkingStrategy: 'SEMANTIC',
    semanticChunkingConfiguration: { maxTokens: 100, bufferSize: 0, breakpointPercentileThreshold: 80 },
  },
};
const outside = { kind: 'outside' as const, fingerprint: 'there/model', dimensions: 16 };

it.skipIf(!built)('has the sentences of a document embedded elsewhere, and cuts it between their topics', async () => {
  const embedded: string[] = [];
  const { chunks, format, characters } = await readDocument(
    pool,
    { ...document, embedding: outside },
    {
      embed: async (texts) => {
        embedded.push(...texts);
        return texts.map((text) =>
          Float32Array.from(['otter', 'lion', 'whale'], (topic) => Number(text.includes(topic))),
        );
      },
    },
  );
  expect(embedded).toHaveLength(topics.length);
  expect(chunks.map(({ text }) => text.split('. ').length)).toEqual([3, 3, 5]);
  expect({ format, characters }).toEqual({ format: 'txt', characters: expect.any(Number) });
});

it.skipIf(!built)('compares sentences itself where the embedder is the one that ships with Loam', async () => {
  const embedding = { kind: 'tokens' as const, fingerprint: 'loam/static', dimensions: 256 };
  const { chunks } = await readDocument(pool, { ...document, embedding });
  expect(chunks).toHaveLength(3);
});

it.skipIf(!built)('passes on what the provider says', async () => {
  const refused = readDocument(
    pool,
    { ...document, embedding: outside },
    { embed: () => Promise.reject(new Error('not today')) },
  );
  await expect(refused).rejects.toThrow('not today');
});
