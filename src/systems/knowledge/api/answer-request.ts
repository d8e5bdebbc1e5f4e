import type {
  ExternalSourcesRetrieveAndGenerateConfiguration,
  KnowledgeBaseRetrieveAndGenerateConfiguration,
  RetrieveAndGenerateCommandInput,
} from '@aws-sdk/client-bedrock-agent-runtime';
import type { Call, Received } from '../../../wire/operation.ts';
import type { AnswerRequest } from '../answer.ts';
import { readExternalSource } from '../external-sources.ts';
import { refuse, refuseFields } from '../refusal.ts';

const PATH = 'retrieveAndGenerateConfiguration';

type Asked = Pick<AnswerRequest, 'source' | 'modelId' | 'configuration'>;

/**
 * What is asked, of RetrieveAndGenerate and its streaming form.
 *
 * @throws LoamError `parameter-invalid` for what is missing or not supported, by name
 */
export function readAnswerRequest(
  input: Received<RetrieveAndGenerateCommandInput>,
  { principal, visible }: Pick<Call, 'principal' | 'visible'>,
): AnswerRequest {
  refuseFields('', input, ['userContext']);
  const configuration = input.retrieveAndGenerateConfiguration;
  if (configuration === undefined) refuse(PATH, 'is missing', 'one of the type KNOWLEDGE_BASE or EXTERNAL_SOURCES');
  const { type, knowledgeBaseConfiguration, externalSourcesConfiguration } = configuration;
  const question = input.input.text;
  if (question.trim() === '') refuse('input.text', 'is empty', '1 to 1000 characters');
  const other = type === 'KNOWLEDGE_BASE' ? 'externalSourcesConfiguration' : 'knowledgeBaseConfiguration';
  if (configuration[other] !== undefined) refuse(`${PATH}.${other}`, `is not of the type ${type}`, 'leaving it out');
  const asked =
    type === 'KNOWLEDGE_BASE'
      ? ofKnowledgeBase(knowledgeBaseConfiguration, visible)
      : ofExternalSources(externalSourcesConfiguration);
  const kmsKey = input.sessionConfiguration?.kmsKeyArn;
  return { ...asked, question, principalId: principal.id, sessionId: input.sessionId, kmsKey };
}

function ofKnowledgeBase(
  base: Received<KnowledgeBaseRetrieveAndGenerateConfiguration> | undefined,
  visible: Call['visible'],
): Asked {
  if (!base) {
    refuse(`${PATH}.knowledgeBaseConfiguration`, 'is missing', 'one with knowledgeBaseId and modelArn');
  }
  const { knowledgeBaseId, retrievalConfiguration: retrieval } = base;
  return {
    source: { type: 'knowledge-base', knowledgeBaseId, retrieval, visible },
    modelId: base.modelArn,
    configuration: { generation: base.generationConfiguration, orchestration: base.orchestrationConfiguration },
  };
}

function ofExternalSources(external: Received<ExternalSourcesRetrieveAndGenerateConfiguration> | undefined): Asked {
  if (!external) refuse(`${PATH}.externalSourcesConfiguration`, 'is missing', 'one with modelArn and one source');
  return {
    source: { type: 'external', source: readExternalSource(external.sources) },
    modelId: external.modelArn,
    configuration: { generation: external.generationConfiguration },
  };
}
