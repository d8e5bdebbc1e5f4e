import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isLoamError } from '../core/errors.ts';
import { silentLog } from '../core/log.ts';
import type { GenerateEvent, GenerateRequest, Models } from './contract.ts';
import { createModels } from './create-models.ts';
import { type OpenAiServer, startOpenAiServer } from './providers/start-test-server.ts';

const scope = { account: '123456789012', region: 'us-east-1' };
const CLAUDE = 'anthropic.claude-3-haiku-20240307-v1:0';
let server: OpenAiServer;
let models: Models;

beforeAll(async () => {
  server = await startOpenAiServer();
});
beforeEach(() => {
  models = open();
});
afterAll(() => server.close());

function open(more: { timeoutSeconds?: number; concurrency?: number; attempts?: number } = {}): Models {
  const { timeoutSeconds = 10, concurrency = 4, attempts = 3 } = more;
  return createModels({
    configuration: {
      providers: {
        local: { type: 'openai-compatible', url: server.url, apiKeyVariable: 'LOCAL_KEY', timeoutSeconds, concurrency },
      },
      models: {
        'anthropic.*': 'local:llama',
        'amazon.titan-embed-text-v2*': 'local:embedder',
        'custom*': 'loam:extractive-1',
      },
    },
    environment: { LOCAL_KEY: 'sk-test' },
    fetch: globalThis.fetch,
    log: silentLog,
    policy: { attempts, firstDelayMs: 5, longestDelayMs: 1000 },
  });
}

function request(more: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    messages: [{ role: 'user', text: 'Say hello.' }],
    maxTokens: 20,
    signal: AbortSignal.timeout(20_000),
    ...more,
  };
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error) => (isLoamError(error) ? error.code : String(error)),
  );

async function collect(events: AsyncIterable<GenerateEvent>): Promise<GenerateEvent[]> {
  const all: GenerateEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('an OpenAI-compatible provider', () => {
  it('generates', async () => {
    server.behave({ kind: 'answer', pieces: ['Hel', 'lo.'] });
    const more = { system: 'Be brief.', temperature: 0, topP: 0.5, stopSequences: ['END'] };
    const result = await models.generate(scope, CLAUDE, request(more));
    expect(result).toMatchObject({ text: 'Hello.', stopReason: 'end', usage: { inputTokens: 7, outputTokens: 3 } });
    expect(result.model).toMatchObject({
      label: 'local/llama',
      cites: false,
      rule: { pattern: 'anthropic.*', source: 'configuration' },
    });
    const [sent] = server.requests;
    expect(sent?.path).toBe('/v1/chat/completions');
    expect(sent?.authorization).toBe('Bearer sk-test');
    expect(sent?.body).toMatchObject({
      model: 'llama',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Say hello.' },
      ],
      max_tokens: 20,
      temperature: 0,
      top_p: 0.5,
    });
    // Of a sequence that the provider itself stops at nobody could tell which it was.
    expect(sent?.body).not.toHaveProperty('stop');
  });

  it('streams piece by piece', async () => {
    server.behave({ kind: 'answer', pieces: ['a', 'b', 'c'], finishReason: 'length' });
    const events = await collect(models.stream(scope, CLAUDE, request()));
    expect(events.map((event) => (event.type === 'text-delta' ? event.text : event.stopReason))).toEqual([
      'a',
      'b',
      'c',
      'max-tokens',
    ]);
  });

  it('counts tokens itself where the provider does not', async () => {
    server.behave({ kind: 'answer', pieces: ['Hello ', 'there.'], usage: false });
    const { usage } = await models.generate(scope, CLAUDE, request());
    expect(usage).toEqual({ inputTokens: 3, outputTokens: 3 });
  });

  it('ends before a stop sequence that the provider let through, across pieces', async () => {
    server.behave({ kind: 'answer', pieces: ['one ST', 'ill two STO', 'P three'] });
    const result = await models.generate(scope, CLAUDE, request({ stopSequences: ['STOP'] }));
    expect(result).toMatchObject({ text: 'one STill two ', stopReason: 'stop-sequence', stopSequence: 'STOP' });
  });

  it('tries again after 429 and 500', async () => {
    const busy = { kind: 'fail', status: 429, headers: { 'retry-after': '0' } } as const;
    server.behave(busy, { kind: 'fail', status: 500 }, { kind: 'answer', pieces: ['ok'] });
    expect((await models.generate(scope, CLAUDE, request())).text).toBe('ok');
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    [{ kind: 'fail', status: 429 } as const, 'model-throttled', 3],
    [{ kind: 'fail', status: 429, headers: { 'retry-after': '60' } } as const, 'model-throttled', 1],
    [{ kind: 'fail', status: 503 } as const, 'model-call-failed', 3],
    [{ kind: 'fail', status: 400 } as const, 'model-call-failed', 1],
    [{ kind: 'fail', status: 401 } as const, 'model-call-failed', 1],
    [{ kind: 'break', pieces: [] } as const, 'model-call-failed', 3],
    [{ kind: 'break', pieces: [''] } as const, 'model-call-failed', 3],
  ])('gives up on %j', async (behaviour, code, attempts) => {
    server.behave(behaviour);
    expect(await codeOf(models.generate(scope, CLAUDE, request()))).toBe(code);
    expect(server.requests).toHaveLength(attempts);
  });

  it('does not start again once text has come', async () => {
    server.behave({ kind: 'break', pieces: ['half an ans'] });
    await expect(models.generate(scope, CLAUDE, request())).rejects.toThrow(/broke off its answer/);
    expect(server.requests).toHaveLength(1);
  });

  it('never tells what a provider said of a prompt', async () => {
    server.behave({ kind: 'fail', status: 400 });
    await expect(models.generate(scope, CLAUDE, request())).rejects.toThrow(
      /^(?!.*secret prompt).*local\/llama.*HTTP 400/,
    );
  });

  it('times out when nothing comes, also between pieces', async () => {
    models = open({ timeoutSeconds: 0.2, attempts: 1 });
    server.behave({ kind: 'hang', pieces: [] });
    expect(await codeOf(models.generate(scope, CLAUDE, request()))).toBe('model-timed-out');
    await server.requests[0]?.aborted;
    server.behave({ kind: 'hang', pieces: ['a'] });
    expect(await codeOf(models.generate(scope, CLAUDE, request()))).toBe('model-timed-out');
    await server.requests[0]?.aborted;
  });

  it('ends the request to the provider when the caller goes away', async () => {
    server.behave({ kind: 'hang', pieces: ['a'] });
    const caller = new AbortController();
    const reading = collect(models.stream(scope, CLAUDE, request({ signal: caller.signal })));
    await expect.poll(() => server.requests.length).toBe(1);
    caller.abort(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
    await server.requests[0]?.aborted;
  });

  it('ends the request to the provider when the caller stops reading', async () => {
    server.behave({ kind: 'hang', pieces: ['a', 'b'] });
    for await (const event of models.stream(scope, CLAUDE, request())) {
      expect(event).toEqual({ type: 'text-delta', text: 'a' });
      break;
    }
    await server.requests[0]?.aborted;
  });

  it('runs no more calls at once than configured', async () => {
    models = open({ concurrency: 1 });
    server.behave({ kind: 'hang', pieces: ['a'] });
    const first = models.stream(scope, CLAUDE, request())[Symbol.asyncIterator]();
    await first.next();
    const waiting = new AbortController();
    const second = codeOf(models.generate(scope, CLAUDE, request({ signal: waiting.signal })));
    waiting.abort(new Error('tired of waiting'));
    expect(await second).toContain('tired of waiting');
    expect(server.requests).toHaveLength(1);
    await first.return?.();
    server.behave({ kind: 'answer', pieces: ['free'] });
    expect((await models.generate(scope, CLAUDE, request())).text).toBe('free');
  });

  it('embeds in batches, to norm 1, and places vectors in a larger space', async () => {
    server.behave({ kind: 'embed', dimensions: 3 });
    const id = 'amazon.titan-embed-text-v2:0';
    expect(models.resolve(id)).toMatchObject({ kind: 'embedding', fingerprint: 'local/embedder' });
    expect(models.resolve(id).dimensions).toBeUndefined();
    const texts = Array.from({ length: 100 }, (_, at) => 'x'.repeat(at + 1));
    const options = { purpose: 'document', signal: AbortSignal.timeout(20_000) } as const;
    const embedded = await models.embed(scope, id, texts, options);
    expect(server.requests.map(({ body }) => (body.input as string[]).length)).toEqual([96, 4]);
    expect(embedded.vectors).toHaveLength(100);
    expect(embedded).toMatchObject({ dimensions: 3, fingerprint: 'local/embedder', inputTokens: 10 });
    expect(Math.hypot(...(embedded.vectors[0] ?? []))).toBeCloseTo(1, 6);
    expect(models.resolve(id).dimensions).toBe(3);
    const placed = await models.embed(scope, id, ['x'], { ...options, dimensions: 5 });
    expect(Array.from(placed.vectors[0] ?? [])).toEqual([...(embedded.vectors[0] ?? []), 0, 0]);
    expect(await codeOf(models.embed(scope, id, ['x'], { ...options, dimensions: 2 }))).toBe('model-dimensions-unfit');
  });
});

describe('model ids', () => {
  it('go to the rule with the longest pattern, configuration before what is built in', () => {
    expect(models.resolve('anthropic.claude-v2').label).toBe('local/llama');
    expect(models.resolve('eu.anthropic.claude-v2:1').label).toBe('local/llama');
    expect(models.resolve('custom-model').label).toBe('loam/extractive-1');
    expect(models.resolve('amazon.titan-embed-text-v1')).toMatchObject({ label: 'loam/static-256', dimensions: 256 });
    expect(
      models
        .list()
        .map(({ pattern }) => pattern)
        .slice(0, 3),
    ).toEqual(['amazon.titan-embed-text-v2*', 'anthropic.*', 'custom*']);
  });

  it('that lead nowhere name the line to add', () => {
    expect(() => models.resolve('cohere.embed-english-v3')).toThrow(/"cohere\.\*": "<provider>:<model>"/);
  });

  it('of another kind of model are refused', async () => {
    expect(await codeOf(models.generate(scope, 'amazon.titan-embed-text-v1', request()))).toBe('model-kind-mismatch');
  });

  it('with a target that is not configured are refused at start', () => {
    const options = { environment: {}, fetch: globalThis.fetch, log: silentLog };
    const rules = (target: string) =>
      createModels({ ...options, configuration: { providers: {}, models: { 'a.*': target } } });
    expect(() => rules('nobody:x')).toThrow(/"a\.\*": "nobody:x".*Allowed: loam/);
    expect(() => rules('loam:gpt')).toThrow(/Allowed: extractive-1, static-256/);
  });
});
