import type {
  RerankDocument,
  RerankingConfiguration,
  RerankQuery,
  RerankSource,
} from '@aws-sdk/client-bedrock-agent-runtime';
import type { Scope } from '../../core/scope.ts';
import type { ResolvedModel } from '../../models/contract.ts';
import type { Received } from '../../wire/operation.ts';
import type { KnowledgeContext } from './context.ts';
import { refuse, refuseFields } from './refusal.ts';

export interface RerankRequest {
  readonly queries: readonly Received<RerankQuery>[];
  readonly sources: readonly Received<RerankSource>[];
  readonly rerankingConfiguration: Received<RerankingConfiguration>;
  readonly nextToken?: string | undefined;
}

export interface Reranked {
  /** Best first; `index` is the place of the document among those given. */
  readonly results: readonly { readonly index: number; readonly relevanceScore: number }[];
  readonly nextToken?: string;
  readonly model: ResolvedModel;
}

const MODEL = 'rerankingConfiguration.bedrockRerankingConfiguration.modelConfiguration';
const PAGE = 1_000;

/**
 * Puts documents in the order of how well they answer a query. Without `numberOfResults` all of them come.
 *
 * @throws LoamError `parameter-invalid`, `next-token-invalid`, `model-kind-mismatch`, and what the model says
 */
export async function rerank(
  context: Pick<KnowledgeContext, 'models' | 'pageTokens'>,
  scope: Scope,
  request: RerankRequest,
  signal: AbortSignal,
): Promise<Reranked> {
  const { modelConfiguration, numberOfResults } = request.rerankingConfiguration.bedrockRerankingConfiguration;
  refuseFields(MODEL, modelConfiguration, ['additionalModelRequestFields']);
  // A thousand documents come in one answer, so no answer ever gives a token.
  if (request.nextToken !== undefined) refuse('nextToken', 'is not one that Rerank gave', 'leaving it out');
  const query = request.queries.map(({ textQuery }) => textQuery.text ?? '').join('\n');
  if (query.trim() === '') refuse('queries[0].textQuery.text', 'is empty', '1 to 32000 characters');
  const documents = request.sources.map(({ inlineDocumentSource }, at) =>
    documentText(inlineDocumentSource, `sources[${at}].inlineDocumentSource`),
  );
  const { scores, model } = await context.models.rerank(scope, modelConfiguration.modelArn, {
    ...{ query, documents, signal },
  });
  const results = scores
    .map((relevanceScore, index) => ({ index, relevanceScore }))
    .sort((a, b) => b.relevanceScore - a.relevanceScore || a.index - b.index)
    .slice(0, numberOfResults ?? PAGE);
  return { results, model };
}

/** A JSON document is read as its JSON text. */
function documentText({ type, textDocument, jsonDocument }: Received<RerankDocument>, path: string): string {
  if (type === 'JSON') {
    if (jsonDocument === undefined) refuse(`${path}.jsonDocument`, 'is missing', 'a document of type JSON');
    return JSON.stringify(jsonDocument);
  }
  const text = textDocument?.text ?? '';
  return text.trim() === '' ? refuse(`${path}.textDocument.text`, 'is empty', '1 to 32000 characters') : text;
}
