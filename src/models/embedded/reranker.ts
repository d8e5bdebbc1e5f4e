import type { TokenEncoder } from '../../segments/contract.ts';
import type { WorkerPool, WorkerTask } from '../../workers/contract.ts';
import { taskFile } from '../../workers/task-file.ts';
import type { RerankProvider, RerankScores } from '../contract.ts';
import { EMBEDDED_PROVIDER, RERANK_MODEL } from '../model-rules.ts';
import { rerankTexts, type TextsToRerank } from './rerank-texts.ts';

// All documents of a call are scored against each other.
const MAX_BATCH = 1_000;
// About 10 ms of work: more goes to a worker, so that nobody else waits for it.
const IN_PLACE_CHARACTERS = 20_000;
const LIMITS = { timeoutMs: 60_000, memoryMb: 1_024 };
const TASK: WorkerTask<TextsToRerank, RerankScores> = {
  name: 'Ranking texts',
  file: taskFile(import.meta.url, './rerank-texts.task.ts'),
};

/** The embedded reranker: what a search does with its best passages, over whatever texts are given. */
export function createReranker(encoder: TokenEncoder, workers: WorkerPool | undefined): RerankProvider {
  return {
    kind: 'rerank',
    provider: EMBEDDED_PROVIDER,
    model: RERANK_MODEL,
    maxBatch: MAX_BATCH,
    async doRerank({ query, documents, signal }) {
      signal.throwIfAborted();
      const characters = documents.reduce((sum, text) => sum + text.length, query.length);
      if (!workers || characters <= IN_PLACE_CHARACTERS) return rerankTexts(encoder, { query, documents });
      return workers.run(TASK, { query, documents }, { limits: LIMITS, signal });
    },
  };
}
