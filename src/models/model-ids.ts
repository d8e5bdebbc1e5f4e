import { parseArn } from '../core/arn.ts';

/** Prefixes that an inference profile puts before a model id, by the geography that it routes within. */
const GEOGRAPHY = /^(?:us|us-gov|eu|apac|jp|au|ca|global)\.(?=[a-z0-9-]+\.)/;
const NAMED_RESOURCE = /^(?:foundation-model|inference-profile|custom-model|provisioned-model)\//;

/**
 * The id of a model however it is named: an id, the ARN of a foundation model or of an inference profile, an id with the
 * prefix of a geography. Other ARNs (of provisioned or custom models) stay whole, and are matched as they are.
 *
 * @example plainModelId('us.anthropic.claude-3-sonnet-20240229-v1:0') // 'anthropic.claude-3-sonnet-20240229-v1:0'
 */
export function plainModelId(modelId: string): string {
  const arn = parseArn(modelId);
  const named = arn?.service === 'bedrock' && /^(?:foundation-model|inference-profile)\//.test(arn.resource);
  const id = named ? arn.resource.replace(NAMED_RESOURCE, '') : modelId;
  return id.replace(GEOGRAPHY, '');
}
