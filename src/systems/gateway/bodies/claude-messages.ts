import { z } from 'zod';
import { LoamError } from '../../../core/errors.ts';
import type { ChatMessage, StopReason } from '../../../models/contract.ts';
import type { BodyFamily } from './contract.ts';
import { checkBody, malformed } from './read-body.ts';

const blockSchema = z.looseObject({ type: z.string() });
const contentSchema = z.union([z.string(), z.array(blockSchema)]);
const requestSchema = z.strictObject({
  anthropic_version: z.literal('bedrock-2023-05-31'),
  max_tokens: z.int().min(1).max(200_000),
  messages: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), content: contentSchema })).min(1),
  system: contentSchema.optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  stop_sequences: z.array(z.string().min(1)).max(8191).optional(),
});
/** Fields of the form that come with the rest of the gateway: refused by name until then. */
const NOT_YET = ['tools', 'tool_choice', 'thinking', 'anthropic_beta', 'metadata'];

const STOP_REASONS: Readonly<Record<StopReason, string>> = {
  end: 'end_turn',
  'max-tokens': 'max_tokens',
  'stop-sequence': 'stop_sequence',
};

/** Claude's messages, with blocks of text. */
export const claudeMessages: BodyFamily = {
  name: 'Claude messages',
  accepts: (modelId, body) =>
    modelId.startsWith('anthropic.') &&
    (/claude-(?!v2|v1|instant)/.test(modelId) || body.messages !== undefined || body.max_tokens !== undefined),
  async invoke({ models, scope, modelId, signal, uuid }, body) {
    const asked = NOT_YET.find((field) => body[field] !== undefined);
    if (asked !== undefined) throw refusal(asked);
    const request = checkBody(requestSchema, body);
    const { system } = request;
    const result = await models.generate(scope, modelId, {
      messages: readMessages(request.messages),
      ...(system !== undefined && { system: textOf(system, 'system') }),
      maxTokens: request.max_tokens,
      ...(request.temperature !== undefined && { temperature: request.temperature }),
      ...(request.top_p !== undefined && { topP: request.top_p }),
      ...(request.top_k !== undefined && { topK: request.top_k }),
      ...(request.stop_sequences !== undefined && { stopSequences: request.stop_sequences }),
      signal,
    });
    return {
      model: result.model,
      usage: result.usage,
      body: {
        id: `msg_${uuid().replaceAll('-', '')}`,
        type: 'message',
        role: 'assistant',
        model: result.model.label,
        content: [{ type: 'text', text: result.text }],
        stop_reason: STOP_REASONS[result.stopReason],
        stop_sequence: result.stopSequence ?? null,
        usage: { input_tokens: result.usage.inputTokens, output_tokens: result.usage.outputTokens },
      },
    };
  },
};

type Content = z.output<typeof contentSchema>;

function readMessages(given: readonly { role: ChatMessage['role']; content: Content }[]): ChatMessage[] {
  const messages = given.map(({ role, content }, at) => ({ role, text: textOf(content, `messages/${at}/content`) }));
  if (messages[0]?.role !== 'user') throw malformed('messages: first message must use the "user" role');
  const empty = messages.findIndex(
    ({ text, role }, at) => text === '' && !(role === 'assistant' && at === messages.length - 1),
  );
  if (empty >= 0) {
    throw malformed(
      `messages.${empty}: all messages must have non-empty content except for the optional final assistant message`,
    );
  }
  return messages.filter(({ text }) => text !== '');
}

function textOf(content: Content, place: string): string {
  if (typeof content === 'string') return content;
  return content.map((block, at) => blockText(block, `${place}/${at}`)).join('\n');
}

function blockText(block: z.output<typeof blockSchema>, place: string): string {
  if (block.type !== 'text') throw refusal(`${place}: a block of type ${JSON.stringify(block.type)}`);
  if (typeof block.text !== 'string') throw malformed(`#/${place}: required key [text] not found`);
  const extra = Object.keys(block).find((key) => key !== 'type' && key !== 'text');
  if (extra !== undefined) throw malformed(`#/${place}: extraneous key [${extra}] is not permitted`);
  return block.text;
}

function refusal(what: string): LoamError {
  return new LoamError('request-invalid', { message: `${what} is not supported yet: send text only.` });
}
