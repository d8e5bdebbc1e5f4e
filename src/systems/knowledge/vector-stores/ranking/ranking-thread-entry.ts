import { type MessagePort, parentPort } from 'node:worker_threads';
import { openKernel } from '../../../../kernel/index.ts';
import { createRanker, type Ranker } from '../../../../segments/index.ts';
import { describeFailure, type Outcome } from '../../../../workers/index.ts';
import { encoderOf } from '../../indexing/worker-encoder.ts';
import type { Numbered, RankingAnswer, RankingRequest } from './protocol.ts';

/** The ranking thread: one ranker for each embedder it meets, one request after the other. */
function serve(port: MessagePort): void {
  const rankers = new Map<string, Promise<Ranker>>();
  port.on('message', (request: Numbered<RankingRequest>) => {
    void answer(rankers, request).then((outcome) => port.postMessage({ number: request.number, outcome }));
  });
}

async function answer(rankers: Map<string, Promise<Ranker>>, request: RankingRequest): Promise<Outcome> {
  try {
    const { embedding } = request;
    const ranker = rankers.get(embedding.fingerprint) ?? openRanker(embedding);
    rankers.set(embedding.fingerprint, ranker);
    return { kind: 'value', value: run(await ranker, request) };
  } catch (error) {
    return describeFailure(error);
  }
}

async function openRanker(embedding: RankingRequest['embedding']): Promise<Ranker> {
  return createRanker(encoderOf(embedding), await openKernel());
}

function run(ranker: Ranker, request: RankingRequest): RankingAnswer {
  switch (request.kind) {
    case 'terms':
      return ranker.terms(request.text);
    case 'question': {
      const { text, statistics, given } = request;
      return {
        vector: ranker.vector(text, statistics, given),
        weights: ranker.weights(ranker.terms(text), statistics),
      };
    }
    case 'suggest':
      return ranker.suggest(request.chunks, request.scores);
    case 'rank':
      return ranker.rank(request.request);
  }
}

if (parentPort) serve(parentPort);
