import type {
  MetadataConfigurationForReranking,
  VectorSearchRerankingConfiguration,
} from '@aws-sdk/client-bedrock-agent-runtime';
import type { Scope } from '../../../core/scope.ts';
import type { Models } from '../../../models/contract.ts';
import type { Received } from '../../../wire/operation.ts';
import { refuse, refuseFields } from '../refusal.ts';
import type { Passage } from './passage.ts';
import { VECTOR_SEARCH } from './search-configuration.ts';

const PATH = `${VECTOR_SEARCH}.rerankingConfiguration.bedrockRerankingConfiguration`;

interface Reranking {
  readonly text: string;
  readonly passages: readonly Passage[];
  readonly configuration: Received<VectorSearchRerankingConfiguration>;
  readonly signal: AbortSignal;
}

/**
 * The passages in the order that a reranking model gives them, with its scores; as many as are asked for.
 *
 * @throws LoamError `parameter-invalid`, `model-kind-mismatch`, and what the model says
 */
export async function rerankPassages(
  models: Models,
  scope: Scope,
  { text, passages, configuration, signal }: Reranking,
): Promise<Passage[]> {
  const { bedrockRerankingConfiguration: asked } = configuration;
  if (!asked) return refuse(PATH, 'is missing', 'a model and how many results it leaves');
  const { modelArn } = asked.modelConfiguration;
  refuseFields(`${PATH}.modelConfiguration`, asked.modelConfiguration, ['additionalModelRequestFields']);
  const select = metadataSelection(asked.metadataConfiguration);
  const documents = passages.map((passage) => documentOf(passage, select));
  if (documents.length === 0) return [];
  const { scores } = await models.rerank(scope, modelArn, { query: text, documents, signal });
  return passages
    .map((passage, place) => ({ passage: { ...passage, score: scores[place] ?? 0 }, place }))
    .sort((a, b) => b.passage.score - a.passage.score || a.place - b.place)
    .slice(0, asked.numberOfRerankedResults ?? passages.length)
    .map(({ passage }) => passage);
}

type Selection = (key: string) => boolean;

/** What of the metadata the model reads together with the text; nothing unless it is asked for. */
function metadataSelection(configuration: Received<MetadataConfigurationForReranking> | undefined): Selection {
  if (!configuration) return () => false;
  const { selectionMode, selectiveModeConfiguration: selective } = configuration;
  const path = `${PATH}.metadataConfiguration.selectiveModeConfiguration`;
  if (selectionMode === 'ALL') {
    if (selective) refuse(path, 'goes with the selectionMode SELECTIVE', 'leaving it out');
    return () => true;
  }
  const { fieldsToInclude, fieldsToExclude } = selective ?? {};
  if (fieldsToInclude) return among(fieldsToInclude, true);
  if (fieldsToExclude) return among(fieldsToExclude, false);
  return refuse(path, 'is missing', 'fieldsToInclude or fieldsToExclude');
}

function among(fields: readonly { readonly fieldName: string }[], included: boolean): Selection {
  const names = new Set(fields.map(({ fieldName }) => fieldName));
  return (key) => names.has(key) === included;
}

function documentOf({ text, metadata }: Passage, select: Selection): string {
  const lines = Object.entries(metadata)
    .filter(([key]) => select(key))
    .map(([key, value]) => `${key}: ${typeof value === 'object' ? value.join(', ') : value}`);
  return [...lines, text].join('\n');
}
