import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { real } from '../../src/wire/operation.ts';
import { memoryObjects } from './memory-objects.ts';
import { startWireServer, type WireServer } from './server.ts';
import { type RawAnswer, send, sendSigned } from './signed.ts';

const RUNS = { numRuns: 60 };
const done = async (): Promise<object> => ({});
const failures: unknown[] = [];
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (facts: object) => void failures.push(facts),
};

/** Whatever comes is answered, and is never the server's fault. */
function expectRefused({ status }: RawAnswer): void {
  expect(status).toBeGreaterThanOrEqual(200);
  expect([500, 502, 504]).not.toContain(status);
}

describe('whatever bytes come', () => {
  let server: WireServer;
  beforeAll(async () => {
    server = await startWireServer(
      [
        memoryObjects(),
        {
          service: 'bedrock-agent',
          operations: {
            CreateKnowledgeBase: real(done),
            ListKnowledgeBases: real(async () => ({ knowledgeBaseSummaries: [] })),
          },
        },
        { service: 'bedrock-agent-runtime', operations: { Retrieve: real(async () => ({ retrievalResults: [] })) } },
        { service: 'sts', operations: { AssumeRole: real(done) } },
        { service: 'cloudwatch', operations: { PutMetricData: real(done) } },
      ],
      { log },
    );
  });
  afterAll(async () => {
    expect(failures).toEqual([]);
    await server.close();
  });

  const segment = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('..', '.', '', '%', '%zz', 'knowledgebases', 'retrieve', 'tags', 'bucket'),
  );
  const path = fc
    .array(segment, { maxLength: 6 })
    .map((segments) => `/${segments.map((text) => (text.startsWith('%') ? text : safe(text))).join('/')}`);
  const query = fc
    .array(fc.tuple(fc.string(), fc.string()), { maxLength: 4 })
    .map((pairs) => pairs.map(([name, value]) => `${safe(name)}=${safe(value)}`).join('&'));
  const method = fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS');
  const service = fc.constantFrom('s3', 'bedrock', 'sts', 'monitoring', 'ec2');
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
  );
  const type = fc.constantFrom(
    undefined,
    'application/json',
    'application/xml',
    'application/cbor',
    'application/x-www-form-urlencoded',
    'application/x-amz-json-1.1',
    'text/plain',
  );

  it('any signed method, path, query and body', () =>
    fc.assert(
      fc.asyncProperty(fc.record({ method, path, query, service, body, type }), async (sent) => {
        const headers: Record<string, string> = sent.type ? { 'content-type': sent.type } : {};
        const raw = {
          method: sent.method,
          path: sent.query ? `${sent.path}?${sent.query}` : sent.path,
          headers,
          body: sent.body,
        };
        expectRefused(await sendSigned(server.port, raw, { service: sent.service }));
      }),
      RUNS,
    ));

  it('any JSON for an operation', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/knowledgebases/KB12345678/retrieve', '/knowledgebases/', '/knowledgebases/'),
        method,
        body,
        async (target, verb, bytes) => {
          const raw = { method: verb, path: target, headers: { 'content-type': 'application/json' }, body: bytes };
          expectRefused(await sendSigned(server.port, raw, { service: 'bedrock' }));
        },
      ),
      RUNS,
    ));

  const names = [
    'RoleArn',
    'Tags.member.1.Key',
    'Tags.member.x',
    'Tags.entry',
    'DurationSeconds',
    '__proto__.a',
    'constructor',
  ];

  it('any form', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string()), fc.string({ unit: 'binary' }))),
        async (fields) => {
          const form = fields.map(([name, value]) => `${safe(name)}=${safe(value)}`).join('&');
          const raw = {
            ...{ method: 'POST', path: '/', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
            body: `Action=AssumeRole&Version=2011-06-15&${form}`,
          };
          expectRefused(await sendSigned(server.port, raw, { service: 'sts' }));
        },
      ),
      RUNS,
    ));

  it('any CBOR', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
        const target = '/service/GraniteServiceVersion20100801/operation/PutMetricData';
        const raw = { method: 'POST', path: target, headers, body: Buffer.from(bytes) };
        expectRefused(await sendSigned(server.port, raw, { service: 'monitoring' }));
      }),
      RUNS,
    ));

  it('any Authorization header and any query of a presigned URL', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.constantFrom('AWS4-HMAC-SHA256 ', 'AWS ', 'Bearer ', ''),
        query,
        async (text, scheme, search) => {
          const authorization = scheme + text.replace(/[^\x20-\x7e]/g, '');
          expectRefused(await send(server.port, { method: 'GET', path: '/bucket/key', headers: { authorization } }));
          const presigned = `/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&AWSAccessKeyId=${safe(text)}&${search}`;
          expectRefused(await send(server.port, { method: 'GET', path: presigned }));
        },
      ),
      RUNS,
    ));

  it('any framed upload', () =>
    fc.assert(
      fc.asyncProperty(
        body,
        fc.constantFrom(
          'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
          'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
          'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
        ),
        async (bytes, hash) => {
          const headers = {
            'x-amz-content-sha256': hash,
            'x-amz-decoded-content-length': '5',
            'x-amz-trailer': 'x-amz-checksum-crc32',
          };
          const raw = { method: 'PUT', path: '/bucket/framed', headers, body: bytes };
          const answer = await sendSigned(server.port, raw, { service: 's3' });
          expectRefused(answer);
          expect(answer.status).not.toBe(200);
        },
      ),
      RUNS,
    ));

  it('any bytes at all on a connection', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.constantFrom('', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET / HTTP/1.1\r\n'),
        async (bytes, start) => {
          await throwAt(server.port, Buffer.concat([Buffer.from(start), bytes]));
          expectRefused(await sendSigned(server.port, { method: 'GET', path: '/bucket/none' }, { service: 's3' }));
        },
      ),
      RUNS,
    ));
});

function safe(text: string): string {
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/g, '?'));
}

function throwAt(port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.on('close', () => resolve());
    setTimeout(() => socket.destroy(), 200);
  });
}
