import type {
  GenerationConfiguration,
  OrchestrationConfiguration,
  PerformanceConfiguration,
  TextInferenceConfig,
} from '@aws-sdk/client-bedrock-agent-runtime';
import type { GenerateRequest, ResolvedModel } from '../../../models/contract.ts';
import type { Received } from '../../../wire/operation.ts';
import { refuse } from '../refusal.ts';
import { MOST_QUERIES, type Orchestration } from './orchestrate.ts';
import { orchestrationTemplate } from './orchestration-template.ts';
import { type PromptTemplate, promptTemplate } from './prompt-template.ts';

/** How an answer is to be made, as the wire says it; paths of the members are the wire's own. */
export interface AnswerConfiguration {
  readonly generation?: Received<GenerationConfiguration> | undefined;
  readonly orchestration?: Received<OrchestrationConfiguration> | undefined;
}

export interface AnswerSettings {
  readonly template: PromptTemplate;
  readonly inference: Omit<GenerateRequest, 'messages' | 'signal'>;
  readonly orchestration: Orchestration;
}

const GENERATION = 'generationConfiguration';
const ORCHESTRATION = 'orchestrationConfiguration';
const TEMPLATE = 'promptTemplate.textPromptTemplate';
const ANSWER_TOKENS = 2_048;
const QUERY_TOKENS = 400;

/**
 * Reads and checks how an answer is to be made, before anything is asked of anybody.
 *
 * @throws LoamError `parameter-invalid` for a template without its placeholders, a guardrail (there are none yet, and one that is
 * asked for is never ignored), a latency that is not offered, fields of a model that takes none
 */
export function readAnswerSettings(
  { generation, orchestration }: AnswerConfiguration,
  model: ResolvedModel,
): AnswerSettings {
  if (model.kind !== 'generation') refuse('modelArn', `names a ${model.kind} model`, 'a model that generates text');
  if (generation?.guardrailConfiguration !== undefined) {
    refuse(`${GENERATION}.guardrailConfiguration`, 'is not supported yet: there are no guardrails', 'leaving it out');
  }
  refusePerformance(generation?.performanceConfig, GENERATION);
  refusePerformance(orchestration?.performanceConfig, ORCHESTRATION);
  const transformation = orchestration?.queryTransformationConfiguration?.type;
  const decompose = transformation === 'QUERY_DECOMPOSITION';
  const mostQueries = decompose ? MOST_QUERIES : 1;
  const own = orchestration?.promptTemplate?.textPromptTemplate;
  return {
    template: promptTemplate(generation?.promptTemplate?.textPromptTemplate, `${GENERATION}.${TEMPLATE}`),
    inference: readInference(generation, { path: GENERATION, model, maxTokens: ANSWER_TOKENS }),
    orchestration: {
      decompose,
      template: orchestrationTemplate(own, `${ORCHESTRATION}.${TEMPLATE}`, mostQueries),
      inference: {
        temperature: 0,
        ...readInference(orchestration, { path: ORCHESTRATION, model, maxTokens: QUERY_TOKENS }),
      },
    },
  };
}

function refusePerformance(performance: Received<PerformanceConfiguration> | undefined, path: string): void {
  if (performance?.latency === 'optimized') refuse(`${path}.performanceConfig.latency`, 'is optimized', 'standard');
}

type Stage = Received<Pick<GenerationConfiguration, 'inferenceConfig' | 'additionalModelRequestFields'>> | undefined;

function readInference(
  stage: Stage,
  { path, model, maxTokens: most }: { path: string; model: ResolvedModel; maxTokens: number },
): AnswerSettings['inference'] {
  const fields = stage?.additionalModelRequestFields as Readonly<Record<string, unknown>> | undefined;
  if (fields !== undefined && Object.keys(fields).length > 0 && !model.takesFields) {
    refuse(`${path}.additionalModelRequestFields`, `is given, and ${model.label} takes none`, 'leaving it out');
  }
  const text: Received<TextInferenceConfig> = stage?.inferenceConfig?.textInferenceConfig ?? {};
  const { maxTokens = most, temperature, topP, stopSequences } = text;
  if (maxTokens < 1) refuse(`${path}.inferenceConfig.textInferenceConfig.maxTokens`, `is ${maxTokens}`, '1 to 65536');
  return {
    maxTokens,
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(stopSequences !== undefined && { stopSequences }),
    ...(fields !== undefined && model.takesFields && { additionalFields: fields }),
  };
}
