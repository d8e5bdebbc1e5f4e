import type { WorkerPool } from '../../workers/contract.ts';
import type { ModelProvider } from '../contract.ts';
import { EXTRACTIVE_MODEL, RERANK_MODEL, STATIC_MODEL } from '../model-rules.ts';
import type { ModelSource } from '../providers/contract.ts';
import { createExtractiveAnswerer } from './extractive-answerer.ts';
import { createSupportModel, type MeasureSupport } from './grounding/support-model.ts';
import { createReranker } from './reranker.ts';
import { createStaticEmbedder } from './static-embedder.ts';
import { loadTokenEncoder } from './token-encoder.ts';

const TIMEOUT_MS = 120_000;
const CONCURRENCY = 64;

/** The models that ship with Loam: they need no network and no configuration. The weights are read on first use. */
export function createEmbedded(workers: WorkerPool | undefined): {
  source: ModelSource;
  countTokens(text: string): number;
  readonly measureSupport: MeasureSupport;
} {
  let encoder: ReturnType<typeof loadTokenEncoder> | undefined;
  const load = (): ReturnType<typeof loadTokenEncoder> => {
    encoder ??= loadTokenEncoder();
    return encoder;
  };
  const models: Readonly<Record<string, () => ModelProvider>> = {
    [STATIC_MODEL]: () => createStaticEmbedder(load(), workers),
    [EXTRACTIVE_MODEL]: () => createExtractiveAnswerer(load(), workers),
    [RERANK_MODEL]: () => createReranker(load(), workers),
  };
  return {
    source: { open: (_kind, model) => models[model]?.(), timeoutMs: TIMEOUT_MS, concurrency: CONCURRENCY },
    countTokens: (text) => load().tokenize(text).length,
    measureSupport: createSupportModel(load, workers),
  };
}
