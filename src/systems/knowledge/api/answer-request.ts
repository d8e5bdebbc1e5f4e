import type { RetrieveAndGenerateCommandInput } from '@aws-sdk/client-bedrock-agent-runtime';
import type { Received } from '../../../wire/operation.ts';
import type { AnswerRequest } from '../answer.ts';
import { refuse, refuseFields } from '../refusal.ts';

const PATH = 'retrieveAndGenerateConfiguration';
const BASE = `${PATH}.knowledgeBaseConfiguration`;

/**
 * What is asked, of RetrieveAndGenerate and its streaming form.
 *
 * @throws LoamError `parameter-invalid` for what is missing or not supported, by name
 */
export function readAnswerRequest(
  input: Received<RetrieveAndGenerateCommandInput>,
  principalId: string,
): AnswerRequest {
  refuseFields('', input, ['userContext']);
  const configuration = input.retrieveAndGenerateConfiguration;
  if (configuration === undefined) refuse(PATH, 'is missing', 'one of the type KNOWLEDGE_BASE');
  if (configuration.type !== 'KNOWLEDGE_BASE') {
    refuse(`${PATH}.type`, `${configuration.type} is not supported yet`, 'KNOWLEDGE_BASE');
  }
  refuseFields(PATH, configuration, ['externalSourcesConfiguration']);
  const base = configuration.knowledgeBaseConfiguration;
  if (base === undefined) refuse(BASE, 'is missing', 'one with knowledgeBaseId and modelArn');
  refuseFields(`${BASE}.orchestrationConfiguration`, base.orchestrationConfiguration, [
    'promptTemplate',
    'inferenceConfig',
    'additionalModelRequestFields',
    'queryTransformationConfiguration',
    'performanceConfig',
  ]);
  const generation = base.generationConfiguration;
  refuseFields(`${BASE}.generationConfiguration`, generation, [
    'guardrailConfiguration',
    'additionalModelRequestFields',
    'performanceConfig',
  ]);
  const question = input.input.text;
  if (question.trim() === '') refuse('input.text', 'is empty', '1 to 1000 characters');
  return {
    knowledgeBaseId: base.knowledgeBaseId,
    modelId: base.modelArn,
    question,
    principalId,
    sessionId: input.sessionId,
    kmsKey: input.sessionConfiguration?.kmsKeyArn,
    retrieval: base.retrievalConfiguration,
    template: generation?.promptTemplate?.textPromptTemplate,
    inference: generation?.inferenceConfig?.textInferenceConfig,
  };
}
