import { openKernel } from '../../../../kernel/index.ts';
import { createRanker, type Ranker } from '../../../../segments/index.ts';
import { serveRequests } from '../../../../workers/index.ts';
import { encoderOf } from '../../indexing/worker-encoder.ts';
import type { RankingAnswer, RankingRequest } from './protocol.ts';

/** The ranking thread: one ranker for each embedder it meets, one request after the other. */
function serve(): void {
  const rankers = new Map<string, Promise<Ranker>>();
  serveRequests((request: RankingRequest) => answer(rankers, request));
}

async function answer(rankers: Map<string, Promise<Ranker>>, request: RankingRequest): Promise<RankingAnswer> {
  const { embedding } = request;
  const ranker = rankers.get(embedding.fingerprint) ?? openRanker(embedding);
  rankers.set(embedding.fingerprint, ranker);
  return run(await ranker, request);
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

serve();
