import { z } from 'zod';
import type { ChatMessage, GenerateResult } from '../../../models/contract.ts';
import type { BodyFamily } from './contract.ts';
import { checkBody } from './read-body.ts';

const requestSchema = z.strictObject({
  prompt: z.string().min(1),
  max_tokens_to_sample: z.int().min(1).max(4096),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).max(500).optional(),
  stop_sequences: z.array(z.string().min(1)).max(8191).optional(),
  anthropic_version: z.string().optional(),
});

const HUMAN = '\n\nHuman:';

/** Claude's text completions: `\n\nHuman: … \n\nAssistant:` in, `completion` out. */
export const claudeText: BodyFamily = {
  name: 'Claude text completions',
  accepts: (modelId) => modelId.startsWith('anthropic.'),
  async invoke({ models, scope, modelId, signal }, body) {
    const request = checkBody(requestSchema, body);
    const result = await models.generate(scope, modelId, {
      ...readTurns(request.prompt),
      maxTokens: request.max_tokens_to_sample,
      ...(request.temperature !== undefined && { temperature: request.temperature }),
      ...(request.top_p !== undefined && { topP: request.top_p }),
      ...(request.top_k !== undefined && { topK: request.top_k }),
      stopSequences: [...(request.stop_sequences ?? []), HUMAN],
      signal,
    });
    return { model: result.model, usage: result.usage, body: answerOf(result) };
  },
};

function answerOf({ text, stopReason, stopSequence }: GenerateResult): Record<string, unknown> {
  const stopped = stopReason !== 'max-tokens';
  return {
    type: 'completion',
    completion: text,
    stop_reason: stopped ? 'stop_sequence' : 'max_tokens',
    stop: stopped ? (stopSequence ?? HUMAN) : null,
  };
}

/** The turns of a prompt. Text before the first turn is the system prompt; a prompt without turns is one of the user's. */
function readTurns(prompt: string): { messages: ChatMessage[]; system?: string } {
  const [before = '', ...parts] = prompt.split(/(?:^|\n)\s*(Human|Assistant):/);
  if (parts.length === 0) return { messages: [{ role: 'user', text: prompt.trim() }] };
  const messages: ChatMessage[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const text = parts[at + 1]?.trim() ?? '';
    if (text !== '') messages.push({ role: parts[at] === 'Human' ? 'user' : 'assistant', text });
  }
  if (messages.length === 0) messages.push({ role: 'user', text: '' });
  return { messages, ...(before.trim() !== '' && { system: before.trim() }) };
}
