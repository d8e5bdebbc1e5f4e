import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import {
  BedrockAgentRuntimeClient,
  RetrieveAndGenerateCommand,
  type RetrieveAndGenerateCommandInput,
  RetrieveAndGenerateStreamCommand,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKnowledgeBase, type SourceIds, sync } from '../support/knowledge-base.ts';
import { ENTRY, startServer, type TestServer } from '../support/server.ts';
import { isInstalled } from './base-model.mjs';
import { type ModelServer, startModelServer } from './start-model-server.ts';

const LABEL = 'local/gemma3-270m';
const CLAUDE_2 = 'anthropic.claude-v2';
const CLAUDE_3 = 'anthropic.claude-3-sonnet-20240229-v1:0';
const EMBEDDER = 'amazon.titan-embed-text-v1';
/** The model goes on with this for as long as it may. */
const ENDLESS = 'Count: one two three four five';

if (!isInstalled) {
  process.stderr.write('Skipped: the suite on a real model, which is not installed (test/full/install-parts.sh).\n');
}

let model: ModelServer;
let server: TestServer;
let client: BedrockRuntimeClient;
const folder = mkdtempSync(join(tmpdir(), 'loam-real-model-'));

beforeAll(async () => {
  if (!isInstalled) return;
  model = await startModelServer();
  const config = join(folder, 'loam.json');
  const providers = { local: { type: 'openai-compatible', url: model.url } };
  const models = { 'anthropic.*': 'local:gemma3-270m', [EMBEDDER]: 'local:gemma3-270m-embeddings' };
  writeFileSync(config, JSON.stringify({ providers, models }));
  server = await startServer({ flags: ['--config', config] });
  client = new BedrockRuntimeClient(server.client);
});
afterAll(async () => {
  client?.destroy();
  await server?.stop();
  await model?.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function invoke(modelId: string, body: object, abortSignal?: AbortSignal) {
  const command = new InvokeModelCommand({ modelId, body: JSON.stringify(body) });
  let headers: Record<string, string> = {};
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      headers = (result.response as { headers: Record<string, string> }).headers;
      return result;
    },
    { step: 'deserialize', priority: 'high' },
  );
  const output = await client.send(command, abortSignal ? { abortSignal } : {});
  return { answer: JSON.parse(new TextDecoder().decode(output.body)), headers };
}

const messages = (text: string, more: object = {}) => ({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 16,
  temperature: 0,
  messages: [{ role: 'user', content: text }],
  ...more,
});
const prompt = (text: string, more: object = {}) => ({
  prompt: `\n\nHuman: ${text}\n\nAssistant:`,
  max_tokens_to_sample: 16,
  temperature: 0,
  ...more,
});

describe.skipIf(!isInstalled)('InvokeModel on a real model', () => {
  it('answers messages with text, usage and the name of the model', async () => {
    const { answer, headers } = await invoke(CLAUDE_3, messages('What is the capital of France?'));
    expect(answer).toMatchObject({ type: 'message', role: 'assistant', model: LABEL });
    expect(answer.content).toEqual([{ type: 'text', text: expect.stringMatching(/\w/) }]);
    expect(answer.usage.input_tokens).toBeGreaterThan(5);
    expect(answer.usage.output_tokens).toBeGreaterThan(0);
    expect(headers).toMatchObject({
      'x-loam-model': LABEL,
      'x-amzn-bedrock-input-token-count': String(answer.usage.input_tokens),
      'x-amzn-bedrock-output-token-count': String(answer.usage.output_tokens),
    });
  });

  it('answers text completions', async () => {
    const { answer, headers } = await invoke(CLAUDE_2, prompt('What is the capital of France?'));
    expect(answer).toEqual({
      type: 'completion',
      completion: expect.stringMatching(/\w/),
      stop_reason: expect.stringMatching(/^(stop_sequence|max_tokens)$/),
      stop: answer.stop_reason === 'max_tokens' ? null : '\n\nHuman:',
    });
    expect(headers['x-loam-model']).toBe(LABEL);
  });

  it('keeps the limit of tokens, as the model counts them', async () => {
    const long = await invoke(CLAUDE_3, messages(ENDLESS, { max_tokens: 12 }));
    expect(long.answer).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 12 } });
    const short = await invoke(CLAUDE_3, messages(ENDLESS, { max_tokens: 3 }));
    expect(short.answer.usage).toEqual({ ...long.answer.usage, output_tokens: 3 });
    expect(long.answer.content[0].text.startsWith(short.answer.content[0].text)).toBe(true);
    const text = await invoke(CLAUDE_2, prompt(ENDLESS, { max_tokens_to_sample: 3 }));
    expect(text.answer).toMatchObject({ stop_reason: 'max_tokens', stop: null });
  });

  it('ends before a stop sequence and names it', async () => {
    const whole = (await invoke(CLAUDE_3, messages(ENDLESS))).answer.content[0].text as string;
    const stop = whole.slice(5, 8);
    const { answer } = await invoke(CLAUDE_3, messages(ENDLESS, { max_tokens: 200, stop_sequences: [stop] }));
    expect(answer.content[0].text).toBe(whole.slice(0, whole.indexOf(stop)));
    expect(answer).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: stop });
    const text = await invoke(CLAUDE_2, prompt(ENDLESS, { stop_sequences: [stop] }));
    expect(text.answer).toMatchObject({ stop_reason: 'stop_sequence', stop });
    expect((await model.counts()).running).toBe(0);
  });

  it('answers two callers at once', async () => {
    const answers = await Promise.all(
      ['France', 'Italy'].map((name) => invoke(CLAUDE_3, messages(`Where is ${name}?`))),
    );
    for (const { answer } of answers) expect(answer.usage.output_tokens).toBeGreaterThan(0);
  });

  it('embeds, with the vector placed in the space of the id', async () => {
    const { answer, headers } = await invoke(EMBEDDER, { inputText: 'the price of a ticket' });
    expect(answer.embedding).toHaveLength(1536);
    expect(Math.hypot(...answer.embedding)).toBeCloseTo(1, 4);
    expect(headers['x-loam-model']).toBe(`${LABEL}-embeddings`);
  });

  it('says that a prompt is too long for the model', async () => {
    const refusal = invoke(CLAUDE_3, messages('word '.repeat(5000)));
    await expect(refusal).rejects.toMatchObject({
      name: 'ModelErrorException',
      message: `The model ${LABEL} refused the request as malformed or too long (HTTP 400).`,
    });
  });
});

describe.skipIf(!isInstalled)('a cancelled request', () => {
  it('ends the generation of the model', async () => {
    const before = await model.counts();
    const caller = new AbortController();
    const call = invoke(CLAUDE_3, messages(ENDLESS, { max_tokens: 3000 }), caller.signal);
    const failed = call.catch((error: Error) => error.name);
    await model.until(({ tokens }) => tokens >= before.tokens + 3);
    caller.abort();
    expect(await failed).toBe('AbortError');
    const after = await model.until(({ running }) => running === 0);
    expect(after).toMatchObject({ finished: before.finished, cancelled: before.cancelled + 1 });
    expect(after.tokens - before.tokens).toBeLessThan(1000);
  });
});

describe.skipIf(!isInstalled)('a knowledge base on a real model', () => {
  const Bucket = 'library';
  const TEXTS = {
    'hours.txt': 'The library opens at 9:00 on weekdays and at 11:00 on Saturdays.',
    'fees.txt': 'Late items cost 20 cents a day. Replacing a lost card costs two euros.',
  };
  let agent: BedrockAgentClient;
  let runtime: BedrockAgentRuntimeClient;
  let ids: SourceIds;
  beforeAll(async () => {
    agent = new BedrockAgentClient(server.client);
    runtime = new BedrockAgentRuntimeClient(server.client);
    const s3 = new S3Client({ ...server.client, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket }));
    for (const [Key, Body] of Object.entries(TEXTS)) await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    ids = await createKnowledgeBase(agent, 'library', Bucket);
    await sync(agent, ids);
    s3.destroy();
  });
  afterAll(() => {
    agent?.destroy();
    runtime?.destroy();
  });

  const asking = (text: string, maxTokens: number, sessionId?: string): RetrieveAndGenerateCommandInput => ({
    input: { text },
    ...(sessionId !== undefined && { sessionId }),
    retrieveAndGenerateConfiguration: {
      type: 'KNOWLEDGE_BASE',
      knowledgeBaseConfiguration: {
        knowledgeBaseId: ids.knowledgeBaseId,
        modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${CLAUDE_2}`,
        generationConfiguration: { inferenceConfig: { textInferenceConfig: { maxTokens, temperature: 0 } } },
      },
    },
  });

  it('answers with text, and with references wherever the model gave numbers', async () => {
    const question = 'At what time does the library open on weekdays?';
    const {
      output,
      citations = [],
      sessionId,
    } = await runtime.send(new RetrieveAndGenerateCommand(asking(question, 40)));
    expect(output?.text).toMatch(/\w/);
    expect(sessionId).toBeDefined();
    process.stderr.write(`The model said ${JSON.stringify(output?.text)}, with ${citations.length} citations.\n`);
    for (const { generatedResponsePart, retrievedReferences = [] } of citations) {
      const { text, span } = generatedResponsePart?.textResponsePart ?? {};
      expect(output?.text?.slice(span?.start, (span?.end ?? 0) + 1)).toBe(text);
      for (const { location } of retrievedReferences) {
        expect(location?.s3Location?.uri).toMatch(/^s3:\/\/library\/(hours|fees)\.txt$/);
      }
    }
  });

  it('has the model put a follow-up by itself before it answers', async () => {
    const { sessionId } = await runtime.send(new RetrieveAndGenerateCommand(asking('When does it open?', 8)));
    const before = await model.counts();
    const next = await runtime.send(new RetrieveAndGenerateCommand(asking('And on Saturdays?', 8, sessionId)));
    expect(next.sessionId).toBe(sessionId);
    expect((await model.counts()).finished).toBe(before.finished + 2);
  });

  it('streams as the model writes, and ends its generation when the reader leaves', async () => {
    const before = await model.counts();
    const caller = new AbortController();
    const command = new RetrieveAndGenerateStreamCommand(asking(ENDLESS, 2000));
    const { stream } = await runtime.send(command, { abortSignal: caller.signal });
    let pieces = 0;
    // The client takes its own abort for the end of the stream; to stop reading alone would leave its connection open.
    for await (const event of stream ?? []) {
      if (event.output?.text) pieces += 1;
      if (pieces === 3) caller.abort();
    }
    expect(pieces).toBeGreaterThanOrEqual(3);
    const after = await model.until(({ running }) => running === 0);
    expect(after).toMatchObject({ finished: before.finished, cancelled: before.cancelled + 1 });
  });
});

describe.skipIf(!isInstalled)('loam models', () => {
  it('shows what leads to the real model', async () => {
    const { PATH = '' } = process.env;
    const env = { PATH, ...server.environment };
    const { stdout } = await promisify(execFile)(process.execPath, [ENTRY, 'models', '--json'], { env });
    const rows = JSON.parse(stdout) as { pattern: string }[];
    expect(rows.find(({ pattern }) => pattern === 'anthropic.*')).toMatchObject({
      kind: 'generation',
      provider: 'local',
      model: 'gemma3-270m',
    });
    expect(rows.find(({ pattern }) => pattern === EMBEDDER)).toMatchObject({ kind: 'embedding', provider: 'local' });
  });
});

// Last: it ends the model server.
describe.skipIf(!isInstalled)('a model server that died', () => {
  const failure = {
    name: 'ModelErrorException',
    message: `The model ${LABEL} cannot be reached, or broke off its answer.`,
    $metadata: { httpStatusCode: 424 },
  };

  it('is told in the middle of an answer, and before one', async () => {
    const { tokens } = await model.counts();
    const broken = invoke(CLAUDE_3, messages(ENDLESS, { max_tokens: 3000 })).catch((error: Error) => error);
    await model.until((now) => now.tokens >= tokens + 3);
    await model.kill();
    expect(await broken).toMatchObject(failure);
    await expect(invoke(CLAUDE_2, prompt('Hello?'))).rejects.toMatchObject(failure);
  });

  it('is used again when it is back', async () => {
    model = await startModelServer(model.port);
    const { answer } = await invoke(CLAUDE_3, messages('What is the capital of France?'));
    expect(answer.usage.output_tokens).toBeGreaterThan(0);
  });
});
