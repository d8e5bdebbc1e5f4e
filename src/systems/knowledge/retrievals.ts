import type { RetrieveCommandOutput } from '@aws-sdk/client-bedrock-agent-runtime';
import type { Scope } from '../../core/scope.ts';
import type { MetadataFilter } from '../../segments/index.ts';
import type { Guard, Received } from '../../wire/operation.ts';
import { knowledgeGuard } from './api/guard.ts';
import { resultShape } from './api/passage-shapes.ts';
import { explainRetrieved } from './retrieval/explain.ts';
import type { RetrieveExplanation } from './retrieval/explanation.ts';
import type { RecordedIndex } from './retrieval/index-state.ts';
import { type RetrieveContext, type RetrieveRequest, retrieve } from './retrieve.ts';

/** A question of the command line or the console. */
export interface AskedRetrieval {
  readonly knowledgeBaseId: string;
  readonly text: string;
  /** A filter in the wire's form, as it was written. */
  readonly filter?: unknown;
  readonly numberOfResults?: number | undefined;
  readonly searchType?: 'HYBRID' | 'SEMANTIC' | undefined;
  readonly asOf?: Date | undefined;
  /** What of the knowledge base exists for the caller. */
  readonly visible: MetadataFilter | undefined;
}

export interface RetrievedAsOf {
  /** In the form of Retrieve. */
  readonly retrievalResults: NonNullable<RetrieveCommandOutput['retrievalResults']>;
  readonly index: RecordedIndex;
}

/** What no AWS operation asks of retrieval. Errors are those of `retrieve`. */
export interface Retrievals {
  /** What a knowledge base says of itself to policies: its tags. */
  readonly guard: Guard;
  /** Says why a question gets what it gets. */
  explain(scope: Scope, asked: AskedRetrieval, signal: AbortSignal): Promise<RetrieveExplanation>;
  /** Retrieves as the index stood, or as it is. */
  retrieveAsOf(scope: Scope, asked: AskedRetrieval, signal: AbortSignal): Promise<RetrievedAsOf>;
}

export function createRetrievals(context: RetrieveContext): Retrievals {
  return {
    guard: knowledgeGuard(context),
    async explain(scope, asked, signal) {
      const request = requestOf(asked);
      const retrieved = await retrieve(context, scope, request, signal);
      return explainRetrieved(context, scope, request, retrieved, signal);
    },
    async retrieveAsOf(scope, asked, signal) {
      const { passages, index } = await retrieve(context, scope, requestOf(asked), signal);
      return { retrievalResults: passages.map(resultShape), index };
    },
  };
}

function requestOf(asked: AskedRetrieval): RetrieveRequest {
  const { knowledgeBaseId, text, filter, numberOfResults, searchType, asOf, visible } = asked;
  type Search = NonNullable<NonNullable<RetrieveRequest['configuration']>['vectorSearchConfiguration']>;
  const search: Search = {
    ...(numberOfResults !== undefined && { numberOfResults }),
    ...(searchType !== undefined && { overrideSearchType: searchType }),
    // Whatever it is, it is read as a filter and refused where it is none.
    ...(filter !== undefined && { filter: filter as NonNullable<Received<Search>['filter']> }),
  };
  return { knowledgeBaseId, text, configuration: { vectorSearchConfiguration: search }, visible, asOf };
}
