import type { TokenEncoder } from '../../segments/contract.ts';
import type { WorkerPool, WorkerTask } from '../../workers/contract.ts';
import { taskFile } from '../../workers/task-file.ts';
import type { EmbeddingProvider, Embeddings } from '../contract.ts';
import { EMBEDDED_PROVIDER, STATIC_MODEL } from '../model-rules.ts';
import { poolTokens } from './pool-tokens.ts';

const MAX_BATCH = 512;
// About 10 ms of work: more goes to a worker, so that nobody else waits for it.
const IN_PLACE_CHARACTERS = 40_000;
const LIMITS = { timeoutMs: 60_000, memoryMb: 256 };
const TASK: WorkerTask<readonly string[], Embeddings> = {
  name: 'Embedding texts',
  file: taskFile(import.meta.url, './embed-texts.task.ts'),
};

/** The static model as an embedding provider. Questions and documents are embedded alike. */
export function createStaticEmbedder(encoder: TokenEncoder, workers: WorkerPool | undefined): EmbeddingProvider {
  return {
    kind: 'embedding',
    provider: EMBEDDED_PROVIDER,
    model: STATIC_MODEL,
    fingerprint: encoder.fingerprint,
    vectors: 'tokens',
    dimensions: encoder.dimensions,
    maxBatch: MAX_BATCH,
    async doEmbed({ texts, signal }) {
      signal.throwIfAborted();
      const characters = texts.reduce((sum, text) => sum + text.length, 0);
      if (!workers || characters <= IN_PLACE_CHARACTERS) return embedTexts(encoder, texts);
      return workers.run(TASK, texts, { limits: LIMITS, signal });
    },
  };
}

export function embedTexts(encoder: TokenEncoder, texts: readonly string[]): Embeddings {
  let inputTokens = 0;
  const vectors = texts.map((text) => {
    const ids = encoder.tokenize(text);
    inputTokens += ids.length;
    return poolTokens(encoder, ids);
  });
  return { vectors, inputTokens };
}
