import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLoamError } from '../../core/errors.ts';
import { silentLog } from '../../core/log.ts';
import type { GenerateRequest, Models } from '../contract.ts';
import { createModels } from '../create-models.ts';
import { startTestWire, type TestWire } from './start-test-wire.ts';

const scope = { account: '123456789012', region: 'us-east-1' };
let wire: TestWire;
let models: Models;

beforeAll(async () => {
  wire = await startTestWire();
  const limits = { timeoutSeconds: 5, concurrency: 2 };
  models = createModels({
    configuration: {
      providers: {
        claude: { type: 'anthropic', url: `${wire.url}/v1`, apiKeyVariable: 'A_KEY', ...limits },
        near: { type: 'ollama', url: wire.url, ...limits },
        cloud: {
          ...{ type: 'bedrock', url: wire.url, region: 'eu-west-1', ...limits },
          ...{ accessKeyVariable: 'B_ID', secretKeyVariable: 'B_SECRET' },
        },
        token: { type: 'bedrock', url: wire.url, region: 'eu-west-1', apiKeyVariable: 'C_KEY', ...limits },
      },
      models: {
        'a.*': 'claude:claude-haiku',
        'o.embed*': 'near:nomic-embed-text',
        'o.*': 'near:llama3.2',
        'b.embed.titan': 'cloud:amazon.titan-embed-text-v2:0',
        'b.embed.cohere': 'cloud:cohere.embed-english-v3',
        'b.*': 'cloud:amazon.nova-lite-v1:0',
        'c.*': 'token:amazon.nova-lite-v1:0',
      },
    },
    environment: { A_KEY: 'sk-a', B_ID: 'AKIA', B_SECRET: 'hidden', C_KEY: 'bearer-c' },
    fetch: globalThis.fetch,
    log: silentLog,
    policy: { attempts: 1, firstDelayMs: 1, longestDelayMs: 10 },
  });
});
afterAll(() => wire.close());

const request = (more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  messages: [{ role: 'user', text: 'How mild is it?' }],
  system: 'Be brief.',
  maxTokens: 50,
  temperature: 0,
  signal: AbortSignal.timeout(10_000),
  ...more,
});
const EXPECTED = { text: 'It is mild.', stopReason: 'end', usage: { inputTokens: 12, outputTokens: 4 } };
const codeOf = (error: unknown): unknown => (isLoamError(error) ? error.code : error);

describe('Anthropic', () => {
  const event = (type: string, data: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

  it('writes an answer by the Messages API, with fields of its own', async () => {
    wire.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const message = { id: 'm1', type: 'message', role: 'assistant', model: 'claude-haiku', content: [] };
      response.write(
        event('message_start', { message: { ...message, usage: { input_tokens: 12, output_tokens: 1 } } }),
      );
      response.write(event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }));
      for (const text of ['It is ', 'mild.'])
        response.write(event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }));
      response.write(event('content_block_stop', { index: 0 }));
      response.write(event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } }));
      response.end(event('message_stop', {}));
    });
    const additionalFields = { metadata: { user_id: 'u1' }, model: 'another', stream: false };
    const answer = await models.generate(scope, 'a.large', request({ additionalFields }));
    expect(answer).toMatchObject({ ...EXPECTED, model: { label: 'claude/claude-haiku', takesFields: true } });
    const [{ path, headers, body } = wire.requests[0] as never] = wire.requests;
    expect(path).toBe('/v1/messages');
    expect(headers).toMatchObject({ 'x-api-key': 'sk-a', 'anthropic-version': expect.any(String) });
    expect(body).toMatchObject({ model: 'claude-haiku', stream: true, max_tokens: 50, metadata: { user_id: 'u1' } });
  });

  it('tells of a wrong key and of throttling, without quoting the answer', async () => {
    const failing = (status: number) =>
      wire.answer((_request, response) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ type: 'error', error: { type: 'x', message: 'prompt: How mild' } }));
      });
    failing(401);
    const wrong = await models.generate(scope, 'a.large', request()).catch((error: unknown) => error);
    expect(codeOf(wrong)).toBe('model-call-failed');
    expect(String(wrong)).not.toContain('How mild');
    failing(429);
    expect(codeOf(await models.generate(scope, 'a.large', request()).catch((error: unknown) => error))).toBe(
      'model-throttled',
    );
  });
});

describe('Ollama', () => {
  it('writes an answer', async () => {
    wire.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const chunk = (data: object): string =>
        `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', ...data })}\n\n`;
      response.write(chunk({ choices: [{ index: 0, delta: { content: 'It is mild.' } }] }));
      response.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
      response.write(chunk({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 } }));
      response.end('data: [DONE]\n\n');
    });
    expect(await models.generate(scope, 'o.small', request())).toMatchObject(EXPECTED);
    expect(wire.requests[0]).toMatchObject({ path: '/v1/chat/completions', body: { model: 'llama3.2' } });
  });

  it('embeds', async () => {
    wire.answer(({ body }, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const embeddings = (body.input as string[]).map((text) => [3 * text.length, 4 * text.length]);
      response.end(JSON.stringify({ model: body.model, embeddings, prompt_eval_count: 6 }));
    });
    const { signal } = request();
    const embedded = await models.embed(scope, 'o.embedder', ['a', 'bb'], { purpose: 'query', signal });
    expect(embedded.vectors.map((vector) => [...vector].map((value) => value.toFixed(2)))).toEqual([
      ['0.60', '0.80'],
      ['0.60', '0.80'],
    ]);
    expect(embedded.inputTokens).toBe(6);
    expect(wire.requests[0]?.path).toBe('/api/embed');
  });
});

describe('Bedrock', () => {
  const codec = new EventStreamCodec(toUtf8, fromUtf8);
  const frame = (type: string, body: object, kind = 'event'): Uint8Array =>
    codec.encode({
      headers: {
        ':message-type': { type: 'string', value: kind },
        [kind === 'event' ? ':event-type' : ':exception-type']: { type: 'string', value: type },
        ':content-type': { type: 'string', value: 'application/json' },
      },
      body: fromUtf8(JSON.stringify(body)),
    });
  const stream = (...frames: Uint8Array[]) =>
    wire.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
      for (const one of frames) response.write(one);
      response.end();
    });

  it('writes an answer by ConverseStream, signed, with fields of the model', async () => {
    stream(
      frame('messageStart', { role: 'assistant' }),
      frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'It is ' } }),
      frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'mild.' } }),
      frame('messageStop', { stopReason: 'end_turn' }),
      frame('metadata', { usage: { inputTokens: 12, outputTokens: 4, totalTokens: 16 }, metrics: { latencyMs: 1 } }),
    );
    const answer = await models.generate(scope, 'b.large', request({ additionalFields: { top_k: 5 } }));
    expect(answer).toMatchObject(EXPECTED);
    expect(wire.requests[0]?.path).toBe('/model/amazon.nova-lite-v1%3A0/converse-stream');
    expect(wire.requests[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIA\/\d+\/eu-west-1\/bedrock/,
    );
    expect(wire.requests[0]?.body).toMatchObject({ additionalModelRequestFields: { top_k: 5 } });
  });

  it('sends an API key as a bearer token, and fails when the stream does', async () => {
    stream(frame('throttlingException', { message: 'too many' }, 'exception'));
    const failure = await models.generate(scope, 'c.large', request()).catch((error: unknown) => error);
    expect(wire.requests[0]?.headers.authorization).toBe('Bearer bearer-c');
    expect(isLoamError(failure)).toBe(true);
  });

  it('embeds by the body of each family', async () => {
    const { signal } = request();
    wire.answer(({ path }, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const titan = { embedding: [0, 2], inputTextTokenCount: 3 };
      response.end(
        JSON.stringify(
          path.includes('titan')
            ? titan
            : {
                embeddings: [
                  [1, 0],
                  [0, 1],
                ],
              },
        ),
      );
    });
    const titan = await models.embed(scope, 'b.embed.titan', ['a', 'b'], { purpose: 'document', signal });
    expect(titan.vectors.map((vector) => [...vector])).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(titan.inputTokens).toBe(6);
    const cohere = await models.embed(scope, 'b.embed.cohere', ['a', 'b'], { purpose: 'query', signal });
    expect(cohere.vectors.map((vector) => [...vector])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(wire.requests.at(-1)?.body).toMatchObject({ input_type: 'search_query' });
  });
});
