import type { Scope } from '../core/scope.ts';

// The areas that ids of cross-region inference profiles begin with.
const PROFILE = /^(us|us-gov|eu|apac|ap|au|jp|ca|sa|me|global)\.[a-z0-9-]+\./;

/**
 * The resource that policies know a model by: its ARN as given, else that of a foundation model, which is in no account,
 * or of an inference profile of the account.
 *
 * @example modelArn(scope, 'anthropic.claude-v2') // 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2'
 */
export function modelArn({ account, region }: Scope, modelId: string): string {
  if (modelId.startsWith('arn:')) return modelId;
  if (PROFILE.test(modelId)) return `arn:aws:bedrock:${region}:${account}:inference-profile/${modelId}`;
  return `arn:aws:bedrock:${region}::foundation-model/${modelId}`;
}
