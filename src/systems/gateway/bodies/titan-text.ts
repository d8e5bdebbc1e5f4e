import { z } from 'zod';
import type { StopReason } from '../../../models/contract.ts';
import type { BodyFamily } from './contract.ts';
import { checkBody } from './read-body.ts';

const requestSchema = z.strictObject({
  inputText: z.string().min(1),
  textGenerationConfig: z
    .strictObject({
      temperature: z.number().min(0).max(1).optional(),
      topP: z.number().min(0).max(1).optional(),
      maxTokenCount: z.int().min(1).max(8192).optional(),
      stopSequences: z.array(z.string().min(1)).optional(),
    })
    .optional(),
});

const DEFAULT_TOKENS = 512;
const COMPLETION_REASONS: Readonly<Record<StopReason, string>> = {
  end: 'FINISH',
  'max-tokens': 'LENGTH',
  'stop-sequence': 'STOP_CRITERIA_MET',
};

/** Titan text: `inputText` in, one result out. */
export const titanText: BodyFamily = {
  name: 'Titan text',
  accepts: (modelId) => modelId.startsWith('amazon.titan-text-'),
  async invoke({ models, scope, modelId, signal }, body) {
    const { inputText, textGenerationConfig = {} } = checkBody(requestSchema, body);
    const { temperature, topP, maxTokenCount = DEFAULT_TOKENS, stopSequences } = textGenerationConfig;
    const result = await models.generate(scope, modelId, {
      messages: [{ role: 'user', text: withoutRoles(inputText) }],
      maxTokens: maxTokenCount,
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
      ...(stopSequences !== undefined && { stopSequences }),
      signal,
    });
    const { inputTokens, outputTokens } = result.usage;
    const completionReason = COMPLETION_REASONS[result.stopReason];
    return {
      model: result.model,
      usage: result.usage,
      body: {
        inputTextTokenCount: inputTokens,
        results: [{ tokenCount: outputTokens, outputText: result.text, completionReason }],
      },
    };
  },
};

/** `User: … Bot:`, as Titan's own guide writes a prompt of one turn. */
function withoutRoles(text: string): string {
  return text.replace(/^\s*User:\s*/, '').replace(/\s*Bot:\s*$/, '');
}
