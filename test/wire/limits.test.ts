import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Operation, real } from '../../src/wire/operation.ts';
import { startWireServer, type WireServer } from './server.ts';
import { sendSigned, signHeaders } from './signed.ts';

const RETRIEVE = {
  method: 'POST',
  path: '/knowledgebases/KB12345678/retrieve',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ retrievalQuery: { text: 'x' } }),
};
const aborted: string[] = [];
let waiting = 0;

const slow: Operation['handler'] = (_input, call) =>
  new Promise((_resolve, reject) => {
    waiting += 1;
    call.signal.addEventListener('abort', () => {
      waiting -= 1;
      aborted.push((call.signal.reason as Error).message);
      reject(call.signal.reason);
    });
  });

const services = [{ service: 'bedrock-agent-runtime', operations: { Retrieve: real(slow) } }];
const retrieve = (server: WireServer) => sendSigned(server.port, RETRIEVE, { service: 'bedrock' });

describe('limits of the wire', () => {
  let server: WireServer;
  beforeAll(async () => {
    server = await startWireServer(services, { limits: { requestMs: 300, concurrency: 2 } });
    // Loading the client takes longer than the limit.
    while (aborted.length === 0) await retrieve(server);
  });
  afterAll(() => server.close());

  it('ends a call at its time limit and tells the handler', async () => {
    const { status, headers, body } = await retrieve(server);
    expect([status, headers['x-amzn-errortype']]).toEqual([503, 'ServiceUnavailableException']);
    expect(body).toContain('300 ms');
    expect(aborted.at(-1)).toContain('300 ms');
    expect(server.wire.active).toBe(0);
  });

  it('answers 503 in the form of the protocol to what is too much at once', async () => {
    const answers = await Promise.all([retrieve(server), retrieve(server), retrieve(server)]);
    const messages = answers.map(({ body }) => JSON.parse(body).message as string).sort();
    expect(messages.filter((message) => message.startsWith('More than 2 requests'))).toHaveLength(1);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  });

  it('goes on when clients leave before their answer', async () => {
    const headers = await signHeaders(server.port, RETRIEVE, { service: 'bedrock' });
    const before = aborted.length;
    const sent = request({ port: server.port, method: 'POST', path: RETRIEVE.path, headers, agent: false });
    sent.on('error', () => undefined);
    sent.end(RETRIEVE.body);
    await expect.poll(() => server.wire.active).toBe(1);
    sent.destroy();
    await expect.poll(() => aborted.slice(before)).toEqual(['The client went away.']);
    expect((await retrieve(server)).status).toBe(503);
  });

  it('tells handlers of a shutdown', async () => {
    const patient = await startWireServer(services);
    const answer = retrieve(patient);
    await expect.poll(() => waiting).toBe(1);
    patient.wire.abort(new Error('The server shuts down.'));
    expect((await answer).status).toBe(503);
    expect(aborted.at(-1)).toBe('The server shuts down.');
    await patient.close();
  });
});
