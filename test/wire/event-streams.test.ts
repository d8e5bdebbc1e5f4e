import { request } from 'node:http';
import { connect, constants } from 'node:http2';
import {
  BedrockAgentRuntimeClient,
  RetrieveAndGenerateStreamCommand,
  ServiceQuotaExceededException,
  type RetrieveAndGenerateStreamCommand as Stream,
} from '@aws-sdk/client-bedrock-agent-runtime';
import {
  BedrockRuntimeClient,
  InvokeModelWithBidirectionalStreamCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoamError } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';
import { type Handler, type Operation, real } from '../../src/wire/operation.ts';
import { startWireServer, type WireServer } from './server.ts';
import { type RawRequest, signHeaders } from './signed.ts';

const errors: unknown[] = [];
const log = { ...silentLog, error: (facts: object) => void errors.push(facts) };
const state = { finished: false, aborted: false };
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const generate: Handler<Stream> = async (input, call) => {
  const { text = '' } = input.input ?? {};
  call.signal.addEventListener('abort', () => {
    state.aborted = true;
  });
  async function* events() {
    try {
      for (const word of ['one ', 'two ']) yield { output: { text: word } };
      if (text === 'quota') throw new LoamError('quota-exceeded', { quota: 'streams', limit: 1 });
      if (text === 'break') throw new TypeError('a secret detail');
      for (let count = 0; text === 'long' && count < 500; count++) {
        await sleep(10);
        yield { output: { text: 'more ' } };
      }
    } finally {
      state.finished = true;
    }
  }
  return { sessionId: 'session', stream: events() };
};

const respond: Operation['handler'] = async () => ({
  contentType: 'application/json',
  body: (async function* () {
    for (let index = 0; index < 3; index++) yield { chunk: { bytes: Buffer.from(JSON.stringify({ index })) } };
  })(),
});

const converse = async (input: { body: AsyncIterable<{ chunk: { bytes: Uint8Array } }> }) => ({
  body: (async function* () {
    for await (const { chunk } of input.body)
      yield { chunk: { bytes: Buffer.from(`echo ${Buffer.from(chunk.bytes)}`) } };
  })(),
});

describe('event streams', () => {
  let server: WireServer;
  let agent: BedrockAgentRuntimeClient;
  let runtime: BedrockRuntimeClient;
  beforeAll(async () => {
    server = await startWireServer(
      [
        { service: 'bedrock-agent-runtime', operations: { RetrieveAndGenerateStream: real(generate) } },
        {
          service: 'bedrock-runtime',
          operations: {
            InvokeModelWithResponseStream: real(respond),
            InvokeModelWithBidirectionalStream: real(converse as never),
          },
        },
      ],
      { log },
    );
    agent = new BedrockAgentRuntimeClient(server.client);
    runtime = new BedrockRuntimeClient(server.client);
  });
  afterAll(() => server.close());

  const ask = (text: string, options = {}) =>
    agent.send(new RetrieveAndGenerateStreamCommand({ input: { text } }), options);

  it('carries headers and events', async () => {
    const { sessionId, stream } = await ask('plain');
    const words = [];
    for await (const event of stream ?? []) words.push(event.output?.text);
    expect([sessionId, words]).toEqual(['session', ['one ', 'two ']]);
  });

  it('carries bytes', async () => {
    const { body } = await runtime.send(new InvokeModelWithResponseStreamCommand({ modelId: 'm', body: '{}' }));
    const chunks = [];
    for await (const event of body ?? []) chunks.push(Buffer.from(event.chunk?.bytes ?? []).toString());
    expect(chunks).toEqual(['{"index":0}', '{"index":1}', '{"index":2}']);
  });

  it('ends with the modelled exception, or shows nothing of an unexpected one', async () => {
    const read = async (text: string): Promise<unknown> => {
      const { stream } = await ask(text);
      for await (const event of stream ?? []) expect(event.output).toBeDefined();
      return undefined;
    };
    const hidden = { name: 'InternalServerException', message: 'The service hit an internal error.' };
    await expect(read('break')).rejects.toMatchObject(hidden);
    expect(errors.splice(0)).toHaveLength(1);
    await expect(read('quota')).rejects.toThrow(ServiceQuotaExceededException);
  });

  // The JavaScript client does not cancel a stream that nobody reads: the test leaves by itself.
  it.each(['HTTP/1.1', 'HTTP/2'])('tells the handler when the client leaves, over %s', async (version) => {
    Object.assign(state, { finished: false, aborted: false });
    const raw = {
      ...{ method: 'POST', path: '/retrieveAndGenerateStream', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ input: { text: 'long' } }),
    };
    const headers = await signHeaders(server.port, raw, { service: 'bedrock' });
    if (version === 'HTTP/2') await leaveHttp2(server.endpoint, { ...raw, headers });
    else await leaveHttp1(server.port, { ...raw, headers });
    await expect.poll(() => state).toEqual({ finished: true, aborted: true });
    expect(errors).toEqual([]);
  });

  it('takes events both ways and checks their signatures', async () => {
    const words = async function* () {
      for (const word of ['a', 'b']) yield { chunk: { bytes: Buffer.from(word) } };
    };
    const speak = async (client: BedrockRuntimeClient): Promise<string[]> => {
      const { body } = await client.send(
        new InvokeModelWithBidirectionalStreamCommand({ modelId: 'm', body: words() }),
      );
      const echoes: string[] = [];
      for await (const event of body ?? []) echoes.push(Buffer.from(event.chunk?.bytes ?? []).toString());
      return echoes;
    };
    expect(await speak(runtime)).toEqual(['echo a', 'echo b']);
  });
});

function leaveHttp1(port: number, { method, path, headers, body }: Required<RawRequest>): Promise<void> {
  return new Promise((resolve) => {
    const sent = request({ port, method, path, headers, agent: false }, (response) => {
      response.once('data', () => {
        sent.destroy();
        resolve();
      });
    });
    sent.on('error', () => undefined);
    sent.end(body);
  });
}

function leaveHttp2(endpoint: string, { method, path, headers, body }: Required<RawRequest>): Promise<void> {
  return new Promise((resolve) => {
    const session = connect(endpoint);
    const { host, ...rest } = headers;
    const stream = session.request({ ':method': method, ':path': path, ':authority': host, ...rest });
    stream.once('data', () => {
      stream.close(constants.NGHTTP2_CANCEL);
      session.close(resolve);
    });
    stream.end(body);
  });
}
