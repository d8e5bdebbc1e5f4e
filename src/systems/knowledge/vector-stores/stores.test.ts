import { it } from 'vitest';
import { describeStore } from './conformance.ts';
import { opensearch } from './opensearch.ts';
import { pgvector } from './pgvector.ts';
import { redis } from './redis.ts';

const {
  LOAM_TEST_PGVECTOR_URL: pgvectorUrl,
  LOAM_TEST_OPENSEARCH_URL: openSearchUrl,
  LOAM_TEST_REDIS_URL: redisUrl,
} = process.env;
const absent = (name: string, variable: string): void => {
  process.stderr.write(`Skipped: the vector store ${name}, because ${variable} is not set.\n`);
  it.skip(`the vector store ${name}`, () => undefined);
};
const fields = { key: 'id', vector: 'embedding', text: 'chunks', metadata: 'metadata' };

if (pgvectorUrl) {
  describeStore({
    plugin: pgvector,
    target: (knowledgeBaseId, dimensions) => ({
      ...{ url: pgvectorUrl, credentials: {}, knowledgeBaseId, dimensions, fields, fetch },
      index: 'loam_conformance.kb',
    }),
  });
} else absent('pgvector', 'LOAM_TEST_PGVECTOR_URL');

if (openSearchUrl) {
  describeStore({
    plugin: opensearch,
    target: (knowledgeBaseId, dimensions) => ({
      ...{ url: openSearchUrl, credentials: {}, knowledgeBaseId, dimensions, fields, fetch },
      index: 'loam-conformance',
    }),
  });
} else absent('opensearch', 'LOAM_TEST_OPENSEARCH_URL');

if (redisUrl) {
  describeStore({
    plugin: redis,
    target: (knowledgeBaseId, dimensions) => ({
      ...{ url: redisUrl, credentials: {}, knowledgeBaseId, dimensions, fields, fetch },
      index: 'loam-conformance',
    }),
  });
} else absent('redis', 'LOAM_TEST_REDIS_URL');
