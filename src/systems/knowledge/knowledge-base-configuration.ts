import type { KnowledgeBaseConfiguration } from '@aws-sdk/client-bedrock-agent';
import type { Models } from '../../models/contract.ts';
import type { Received } from '../../wire/operation.ts';
import { refuse, refuseFields } from './refusal.ts';

type Configuration = Received<KnowledgeBaseConfiguration>;

const PATH = 'knowledgeBaseConfiguration';
const VECTOR = `${PATH}.vectorKnowledgeBaseConfiguration`;
const EMBEDDING = `${VECTOR}.embeddingModelConfiguration.bedrockEmbeddingModelConfiguration`;

/**
 * What kind of knowledge base can be made, and by which embedding model.
 *
 * @throws LoamError `parameter-invalid`, or what `models.resolve` says of an id that leads nowhere.
 */
export function checkKnowledgeBaseConfiguration(models: Models, configuration: Configuration): void {
  if (configuration.type !== 'VECTOR') refuse(`${PATH}.type`, `is ${configuration.type}`, 'VECTOR');
  refuseFields(PATH, configuration, [
    'managedKnowledgeBaseConfiguration',
    'kendraKnowledgeBaseConfiguration',
    'sqlKnowledgeBaseConfiguration',
  ]);
  const vector = configuration.vectorKnowledgeBaseConfiguration;
  if (vector === undefined) refuse(VECTOR, 'is missing', 'one with an embeddingModelArn');
  refuseFields(VECTOR, vector, ['supplementalDataStorageConfiguration']);
  const options = vector.embeddingModelConfiguration?.bedrockEmbeddingModelConfiguration;
  refuseFields(EMBEDDING, options, ['audio', 'video', 'modelConfiguration']);
  if (options?.embeddingDataType !== undefined && options.embeddingDataType !== 'FLOAT32') {
    refuse(`${EMBEDDING}.embeddingDataType`, `is ${options.embeddingDataType}`, 'FLOAT32');
  }
  const model = models.resolve(vector.embeddingModelArn);
  if (model.kind !== 'embedding') {
    refuse(`${VECTOR}.embeddingModelArn`, `names a ${model.kind} model`, 'an embedding model');
  }
}

/** The embedding model of a knowledge base as it is kept. */
export function embeddingModelOf(configuration: unknown): string {
  const { vectorKnowledgeBaseConfiguration: vector } = configuration as Configuration;
  if (vector === undefined) throw new Error('A knowledge base was kept without its vector configuration.');
  return vector.embeddingModelArn;
}
