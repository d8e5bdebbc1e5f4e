import { BedrockRuntimeClient, InvokeModelCommand, ValidationException } from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { randomIds } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { createModels } from '../../src/models/index.ts';
import { createGateway } from '../../src/systems/gateway/index.ts';
import { startWireServer, type WireServer } from './server.ts';

const CONTEXT =
  'The Harrow Lane Library opened in 1968 in a former tram depot. On weekdays it closes at 19:30. Late items cost 20 cents a day.';
const QUESTION = 'When did the library open?';
const PROMPT = `\n\nHuman: Use the context.\n<context>\n${CONTEXT}\n</context>\n<question>\n${QUESTION}\n</question>\n\nAssistant:`;
const VERSION = 'bedrock-2023-05-31';

let server: WireServer;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  const models = createModels({
    configuration: { providers: {}, models: {} },
    environment: {},
    fetch: globalThis.fetch,
    log: silentLog,
  });
  server = await startWireServer(createGateway({ models, clock: systemClock, ids: randomIds }).operations);
  client = new BedrockRuntimeClient(server.client);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

async function invoke(modelId: string, body: unknown, more: object = {}) {
  const headers: Record<string, string> = {};
  const command = new InvokeModelCommand({
    modelId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...more,
  });
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      Object.assign(headers, (result.response as { headers?: object }).headers);
      return result;
    },
    { step: 'deserialize', priority: 'high' },
  );
  const output = await client.send(command);
  return { contentType: output.contentType, headers, answer: JSON.parse(new TextDecoder().decode(output.body)) };
}

const refused = (modelId: string, body: unknown, more: object = {}): Promise<ValidationException> =>
  invoke(modelId, body, more).then(
    () => expect.fail('expected a refusal'),
    (error) => {
      expect(error).toBeInstanceOf(ValidationException);
      return error;
    },
  );

describe('Claude text completions', () => {
  it('answers from the context of the prompt and says who answered', async () => {
    const body = { prompt: PROMPT, max_tokens_to_sample: 3000, temperature: 0, top_k: 10 };
    const { answer, headers, contentType } = await invoke('anthropic.claude-v2', body);
    expect(answer).toEqual({
      type: 'completion',
      completion: 'The Harrow Lane Library opened in 1968 in a former tram depot.',
      stop_reason: 'stop_sequence',
      stop: '\n\nHuman:',
    });
    expect(contentType).toBe('application/json');
    expect(headers['x-loam-model']).toBe('loam/extractive-1');
    expect(Number(headers['x-amzn-bedrock-input-token-count'])).toBeGreaterThan(40);
    expect(Number(headers['x-amzn-bedrock-output-token-count'])).toBeGreaterThan(8);
    expect(headers['x-amzn-bedrock-invocation-latency']).toMatch(/^\d+$/);
  });

  it('keeps token limits and stop sequences', async () => {
    const short = await invoke('anthropic.claude-v2:1', { prompt: PROMPT, max_tokens_to_sample: 5 });
    expect(short.answer).toMatchObject({ completion: 'The Harrow Lane Library opened', stop_reason: 'max_tokens' });
    const body = { prompt: PROMPT, max_tokens_to_sample: 50, stop_sequences: [' in a'] };
    const stopped = await invoke('anthropic.claude-v2:1', body);
    expect(stopped.answer).toMatchObject({
      completion: 'The Harrow Lane Library opened in 1968',
      stop_reason: 'stop_sequence',
      stop: ' in a',
    });
  });

  it('does not know what the context does not tell', async () => {
    const prompt = PROMPT.replace(QUESTION, 'Who is the architect of the library?');
    const { answer } = await invoke('anthropic.claude-v2', { prompt, max_tokens_to_sample: 100 });
    expect(answer.completion).toMatch(/don't know/);
  });

  it.each([
    [{ prompt: PROMPT }, /#: required key \[max_tokens_to_sample\] not found/],
    [{ prompt: PROMPT, max_tokens_to_sample: 10, colour: 1 }, /#: extraneous key \[colour\] is not permitted/],
    [
      { prompt: PROMPT, max_tokens_to_sample: 10, temperature: '0' },
      /#\/temperature: expected type: Number, found: String/,
    ],
    [{ prompt: PROMPT, max_tokens_to_sample: 10, temperature: 2 }, /#\/temperature: 2 is not less or equal to 1/],
    [{ prompt: PROMPT, max_tokens_to_sample: 0 }, /#\/max_tokens_to_sample: 0 is not greater or equal to 1/],
    [{ prompt: 7, max_tokens_to_sample: 0 }, /2 schema violations found/],
    ['{"prompt": ', /^Malformed input request, please reformat your input and try again\.$/],
    ['[]', /^Malformed input request/],
  ])('refuses %j', async (body, message) => {
    const { message: told } = await refused('anthropic.claude-v2', body);
    expect(told).toMatch(message);
    expect(told).toMatch(/^Malformed input request.*please reformat your input and try again\.$/);
  });
});

describe('Claude messages', () => {
  const ask = (text: unknown, more: object = {}) => ({
    anthropic_version: VERSION,
    max_tokens: 200,
    messages: [{ role: 'user', content: text }],
    ...more,
  });

  it.each([
    'anthropic.claude-3-sonnet-20240229-v1:0',
    'us.anthropic.claude-3-sonnet-20240229-v1:0',
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-sonnet-20240229-v1:0',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.anthropic.claude-3-sonnet-20240229-v1:0',
    'anthropic.claude-v2',
  ])('answers as %s', async (modelId) => {
    const { answer } = await invoke(
      modelId,
      ask([{ type: 'text', text: `Context: ${CONTEXT}\n\nQuestion: ${QUESTION}` }]),
    );
    expect(answer).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'loam/extractive-1',
      stop_sequence: null,
    });
    expect(answer.id).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(answer.stop_reason).toBe('end_turn');
    expect(answer.content).toEqual([{ type: 'text', text: expect.stringContaining('1968') }]);
    expect(answer.usage.output_tokens).toBeGreaterThan(0);
  });

  it('finds the context in the system prompt', async () => {
    const body = ask(QUESTION, { system: `Answer from this text only.\n\n${CONTEXT}` });
    const { answer } = await invoke('anthropic.claude-3-sonnet-20240229-v1:0', body);
    expect(answer.content[0].text).toContain('1968');
  });

  it.each([
    [{ max_tokens: 5, messages: [{ role: 'user', content: 'x' }] }, /required key \[anthropic_version\] not found/],
    [ask('x', { messages: [] }), /#\/messages: expected minimum item count: 1, found: 0/],
    [ask('x', { messages: [{ role: 'assistant', content: 'x' }] }), /first message must use the "user" role/],
    [
      ask('x', { messages: [{ role: 'system', content: 'x' }] }),
      /#\/messages\/0\/role: "system" is not a valid enum value/,
    ],
    [ask(''), /all messages must have non-empty content/],
    [ask([{ type: 'image', source: {} }]), /a block of type "image" is not supported yet/],
    [ask('x', { tools: [] }), /tools is not supported yet/],
    [ask('x', { temperature: -1 }), /#\/temperature: -1 is not greater or equal to 0/],
    [{ prompt: 'x', max_tokens_to_sample: 5 }, /schema violations found/],
  ])('refuses %j', async (body, message) => {
    expect((await refused('anthropic.claude-3-sonnet-20240229-v1:0', body)).message).toMatch(message);
  });
});

describe('Titan', () => {
  it('answers in one result', async () => {
    const inputText = `User: ${CONTEXT}\n\n${QUESTION}\nBot:`;
    const { answer } = await invoke('amazon.titan-text-express-v1', {
      inputText,
      textGenerationConfig: { maxTokenCount: 5 },
    });
    expect(answer.inputTextTokenCount).toBeGreaterThan(30);
    expect(answer.results).toEqual([
      { tokenCount: 5, outputText: 'The Harrow Lane Library opened', completionReason: 'LENGTH' },
    ]);
  });

  it.each([' ', '😀', 'xqzkjvw'.repeat(100)])('gives %j a vector of norm 1 too', async (inputText) => {
    const { answer } = await invoke('amazon.titan-embed-text-v2:0', { inputText, dimensions: 256 });
    expect(answer.embedding).toHaveLength(256);
    expect(norm(answer.embedding)).toBeCloseTo(1, 5);
  });

  it('embeds with v1 in 1,536 dimensions of norm 1', async () => {
    const { answer, headers } = await invoke('amazon.titan-embed-text-v1', { inputText: 'a blood pressure of 120' });
    expect(Object.keys(answer).sort()).toEqual(['embedding', 'inputTextTokenCount']);
    expect(answer.embedding).toHaveLength(1536);
    expect(norm(answer.embedding)).toBeCloseTo(1, 5);
    expect(headers['x-loam-model']).toBe('loam/static-256');
  });

  it('embeds with v2 in the dimensions asked for, cosines kept', async () => {
    const embed = async (inputText: string, more: object = {}): Promise<number[]> =>
      (await invoke('amazon.titan-embed-text-v2:0', { inputText, ...more })).answer.embedding;
    const texts = ['the price of a ticket', 'what a ticket costs'] as const;
    const [large, small] = await Promise.all(
      [{}, { dimensions: 256, normalize: true }].map((more) => Promise.all(texts.map((text) => embed(text, more)))),
    );
    expect(large?.[0]).toHaveLength(1024);
    expect(small?.[0]).toHaveLength(256);
    expect(await embed(texts[0], { dimensions: 512 })).toHaveLength(512);
    expect(dot(large?.[0], large?.[1])).toBeCloseTo(dot(small?.[0], small?.[1]), 6);
    expect(dot(large?.[0], large?.[1])).toBeGreaterThan(0.4);
  });

  it('gives the types of embedding that are asked for', async () => {
    const body = { inputText: 'a text', dimensions: 256, embeddingTypes: ['float', 'binary'] };
    const { answer } = await invoke('amazon.titan-embed-text-v2:0', body);
    expect(answer.embeddingsByType.float).toEqual(answer.embedding);
    expect(new Set(answer.embeddingsByType.binary)).toEqual(new Set([0, 1]));
  });

  it.each([
    ['amazon.titan-embed-text-v1', { inputText: '' }, /#\/inputText: expected minLength: 1, actual: 0/],
    [
      'amazon.titan-embed-text-v1',
      { inputText: 'a', dimensions: 256 },
      /extraneous key \[dimensions\] is not permitted/,
    ],
    [
      'amazon.titan-embed-text-v2:0',
      { inputText: 'a', dimensions: 300 },
      /300 is not a valid enum value, allowed are 1024, 512, 256/,
    ],
    [
      'amazon.titan-embed-text-v2:0',
      { inputText: 'word '.repeat(9000) },
      /Too many input tokens. Max input tokens: 8192, request input token count: 9000/,
    ],
    [
      'amazon.titan-text-express-v1',
      { inputText: 'a', textGenerationConfig: { topK: 1 } },
      /#\/textGenerationConfig: extraneous key \[topK\]/,
    ],
  ])('refuses %s %j', async (modelId, body, message) => {
    expect((await refused(modelId, body)).message).toMatch(message);
  });
});

describe('InvokeModel', () => {
  const body = { inputText: 'a text' };

  it('names the configuration line that an unknown id needs', async () => {
    const { message } = await refused('meta.llama3-8b-instruct-v1:0', { prompt: 'x' });
    expect(message).toContain('"meta.*": "<provider>:<model>"');
  });

  it.each([
    [{ guardrailIdentifier: 'abc', guardrailVersion: '1' }, /guardrailIdentifier/],
    [{ trace: 'ENABLED' as const }, /trace/],
    [{ performanceConfigLatency: 'optimized' as const }, /performanceConfigLatency/],
    [{ accept: 'text/plain' }, /accept is "text\/plain"/],
    [{ contentType: 'text/plain' }, /contentType is "text\/plain"/],
  ])('refuses %j by name', async (more, message) => {
    expect((await refused('amazon.titan-embed-text-v1', body, more)).message).toMatch(message);
  });

  it('refuses a guardrail inside of the body', async () => {
    const guarded = { ...body, 'amazon-bedrock-guardrailConfig': { tagSuffix: 'x' } };
    expect((await refused('amazon.titan-embed-text-v1', guarded)).message).toMatch(/amazon-bedrock-guardrailConfig/);
  });
});

function dot(left: readonly number[] = [], right: readonly number[] = []): number {
  return left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
}

function norm(vector: readonly number[]): number {
  return Math.sqrt(dot(vector, vector));
}
