import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { AthenaClient, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { BedrockAgentClient, ListTagsForResourceCommand } from '@aws-sdk/client-bedrock-agent';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoamError } from '../../src/core/errors.ts';
import { type Operation, real } from '../../src/wire/operation.ts';
import { memoryObjects } from './memory-objects.ts';
import { startWireServer, type WireServer } from './server.ts';
import { type RawAnswer, send, sendSigned } from './signed.ts';

const PATH = '/knowledgebases/KB12345678/retrieve';
const JSON_TYPE = { 'content-type': 'application/json' };
const GOOD = JSON.stringify({ retrievalQuery: { text: 'x' } });
const MEBIBYTE = 1024 * 1024;

const refuseAll: Operation = real(async () => {
  throw new LoamError('access-denied', { action: 's3:GetObject', resource: 'bucket/secret' });
});

describe('edges', () => {
  let server: WireServer;
  beforeAll(async () => {
    server = await startWireServer(
      [
        memoryObjects(),
        { service: 's3', operations: { GetObjectTagging: refuseAll } },
        { service: 'bedrock-agent-runtime', operations: { Retrieve: real(async () => ({ retrievalResults: [] })) } },
        { service: 'bedrock-agent', operations: { ListTagsForResource: real(async () => ({ tags: { a: 'b' } })) } },
        { service: 'athena', operations: { StartQueryExecution: real(async () => ({ QueryExecutionId: 'q' })) } },
        { service: 'sts', operations: { GetCallerIdentity: real(async () => ({ Account: '123456789012' })) } },
      ],
      { limits: { bodyBytes: 8 * MEBIBYTE } },
    );
  });
  afterAll(() => server.close());

  const retrieve = (
    body: string | Buffer,
    headers: Record<string, string> = JSON_TYPE,
    path = PATH,
  ): Promise<RawAnswer> => sendSigned(server.port, { method: 'POST', path, headers, body }, { service: 'bedrock' });
  const target = (name: string, body = '{}'): Promise<RawAnswer> => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': name };
    return sendSigned(server.port, { method: 'POST', path: '/', headers, body }, { service: 'athena' });
  };

  it('names unknown operations and services, in the form of their protocol', async () => {
    const path = await sendSigned(server.port, { method: 'GET', path: '/no/such/path' }, { service: 'bedrock' });
    expect([path.status, path.headers['x-amzn-errortype'], path.body]).toEqual([
      404,
      'UnknownOperationException',
      expect.stringContaining('GET /no/such/path'),
    ]);
    const operation = await target('AmazonAthena.Nope');
    expect([operation.status, JSON.parse(operation.body).__type, operation.body]).toEqual([
      404,
      'UnknownOperationException',
      expect.stringContaining('Nope'),
    ]);
    expect((await target('Nobody.Nope')).body).toContain('Nobody.Nope');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const form = { method: 'POST', path: '/', headers, body: 'Action=Nope&Version=2011-06-15' };
    const action = await sendSigned(server.port, form, { service: 'sts' });
    expect([action.status, action.body]).toEqual([400, expect.stringMatching(/<Code>InvalidAction<.*Nope/)]);
    const service = await sendSigned(server.port, form, { service: 'ec2' });
    expect([service.status, service.body]).toEqual([400, expect.stringContaining("'ec2'")]);
    const method = await sendSigned(server.port, { method: 'PATCH', path: '/bucket/key' }, { service: 's3' });
    expect([method.status, method.body]).toEqual([501, expect.stringContaining('PATCH /bucket/key')]);
  });

  it('answers 501 for what is modelled and not built, in each form', async () => {
    const json = await sendSigned(
      server.port,
      { method: 'GET', path: '/knowledgebases/KB12345678' },
      { service: 'bedrock' },
    );
    expect([json.status, json.headers['x-amzn-errortype'], json.body]).toEqual([
      501,
      'NotImplementedException',
      expect.stringContaining('GetKnowledgeBase'),
    ]);
    const xml = await sendSigned(server.port, { method: 'GET', path: '/bucket?acl' }, { service: 's3' });
    expect([xml.status, xml.body]).toEqual([501, expect.stringMatching(/<Code>NotImplemented<.*GetBucketAcl/)]);
  });

  it.each([
    ['no JSON', '{nope'],
    ['a list', '[1]'],
    ['null', 'null'],
    ['a string', '"x"'],
    ['a NUL byte', '\u0000'],
    ['half of a document', GOOD.slice(0, 20)],
    [
      '5,000 levels',
      `{"retrievalQuery":{"text":"x"},"retrievalConfiguration":{"vectorSearchConfiguration":{"filter":${'{"andAll":['.repeat(5000)}1${']}'.repeat(5000)}}}}`,
    ],
  ])('refuses a body of %s', async (_case, body) => {
    const answer = await retrieve(body);
    expect(answer.status).toBe(400);
    expect(['SerializationException', 'ValidationException']).toContain(answer.headers['x-amzn-errortype']);
  });

  it('tells every member that is wrong', async () => {
    const body = JSON.stringify({
      retrievalQuery: { text: 5 },
      retrievalConfiguration: {
        vectorSearchConfiguration: {
          numberOfResults: 0,
          filter: { equals: { key: 'a', value: 1 }, notEquals: { key: 'a', value: 1 } },
        },
      },
    });
    const { status, body: text } = await retrieve(body, JSON_TYPE, '/knowledgebases/not*an*id/retrieve');
    expect(status).toBe(400);
    expect(JSON.parse(text).message).toBe(
      "4 validation errors detected: Value 'not*an*id' at 'knowledgeBaseId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-zA-Z]+$; Value at 'retrievalQuery.text' failed to satisfy constraint: Member must be a string; Value '0' at 'retrievalConfiguration.vectorSearchConfiguration.numberOfResults' failed to satisfy constraint: Member must have value greater than or equal to 1; Value at 'retrievalConfiguration.vectorSearchConfiguration.filter' failed to satisfy constraint: Member must be a union with exactly one known member set",
    );
    expect(JSON.parse((await retrieve('{}')).body).message).toBe(
      "1 validation error detected: Value null at 'retrievalQuery' failed to satisfy constraint: Member must not be null",
    );
  });

  it('refuses fractions, numbers out of range and bottomless documents', async () => {
    const retrieval = (numberOfResults: string) =>
      `{"retrievalQuery":{"text":"x"},"retrievalConfiguration":{"vectorSearchConfiguration":{"numberOfResults":${numberOfResults}}}}`;
    expect((await retrieve(retrieval('1.5'))).body).toContain('Member must be an integer');
    expect((await retrieve(retrieval('1e999'))).body).toContain('Member must be a number');
    const value = `${'['.repeat(1000)}${']'.repeat(1000)}`;
    const filter = `{"retrievalQuery":{"text":"x"},"retrievalConfiguration":{"vectorSearchConfiguration":{"filter":{"equals":{"key":"a","value":${value}}}}}}`;
    expect((await retrieve(filter)).body).toContain('nested no deeper than 64 levels');
  });

  it('expands no XML entities', async () => {
    const laughs = Array.from(
      { length: 10 },
      (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`,
    ).join('');
    const body = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">${laughs}]><Delete><Object><Key>&l10;</Key></Object></Delete>`;
    const raw = { method: 'POST', path: '/bucket?delete', headers: { 'content-type': 'application/xml' }, body };
    const answer = await sendSigned(server.port, raw, { service: 's3' });
    expect(answer.status).toBeLessThan(500);
    expect(answer.body.length).toBeLessThan(2000);
  });

  it('takes the path over the body, and is not fooled by names of JavaScript', async () => {
    const body = `{"__proto__":{"polluted":1},"__type":"x","extra":1,"knowledgeBaseId":"*","retrievalQuery":{"text":"x"}}`;
    expect((await retrieve(body)).status).toBe(200);
    expect('polluted' in {}).toBe(false);
  });

  it('refuses other content types, takes none at all', async () => {
    const answer = await retrieve(GOOD, { 'content-type': 'text/plain' });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([415, 'UnsupportedMediaTypeException']);
    expect((await retrieve(GOOD, {})).status).toBe(200);
  });

  it('refuses malformed encodings of path and query', async () => {
    const segment = await send(server.port, { method: 'GET', path: '/tags/%E0%A4%A' });
    expect(segment.status).toBe(403);
    const signed = await sendSigned(server.port, { method: 'GET', path: '/bucket/%E0%A4%A' }, { service: 's3' });
    expect([signed.status, signed.body]).toEqual([400, expect.stringContaining('<Code>InvalidURI</Code>')]);
    const xml = {
      method: 'POST',
      path: '/bucket?delete',
      headers: { 'content-type': 'application/xml' },
      body: '<Delete><Object>',
    };
    expect((await sendSigned(server.port, xml, { service: 's3' })).body).toContain('<Code>MalformedXML</Code>');
  });

  it('refuses bodies over the limit, packed ones as well', async () => {
    const large = await retrieve(Buffer.alloc(9 * MEBIBYTE, ' '));
    expect([large.status, large.headers['x-amzn-errortype']]).toEqual([413, 'RequestEntityTooLargeException']);
    const gzip = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expect((await retrieve(gzipSync(GOOD), gzip)).status).toBe(200);
    expect((await retrieve(GOOD, gzip)).status).toBe(400);
    expect((await retrieve(gzipSync(Buffer.alloc(64 * MEBIBYTE)), gzip)).status).toBe(400);
  });

  it('asks for no body while the signature does not hold', async () => {
    const credential = 'AWS4-HMAC-SHA256 Credential=NOBODY/20260101/us-east-1/s3/aws4_request, SignedHeaders=host';
    const lines = [
      ...['PUT /bucket/key HTTP/1.1', 'Host: x', 'Expect: 100-continue', 'Content-Length: 5'],
      ...[`Authorization: ${credential}, Signature=${'0'.repeat(64)}`, 'x-amz-date: 20260101T000000Z', '', ''],
    ];
    const answer = await exchange(server.port, lines.join('\r\n'));
    expect(answer).toMatch(/^HTTP\/1\.1 403/);
    expect(answer).toContain('InvalidAccessKeyId');
  });

  it('finds the service by endpoint path, host and bucket host', async () => {
    const at = (id: string) => ({ ...server.client, endpoint: `${server.endpoint}/_aws/${id}` });
    await new AthenaClient(at('athena')).send(new StartQueryExecutionCommand({ QueryString: 'select 1' }));
    await new STSClient(at('sts')).send(new GetCallerIdentityCommand({}));
    const resourceArn = 'arn:aws:bedrock:us-east-1:123456789012:knowledge-base/KB12345678';
    await new BedrockAgentClient(server.client).send(new ListTagsForResourceCommand({ resourceArn }));
    await new BedrockAgentClient(at('bedrock-agent')).send(new ListTagsForResourceCommand({ resourceArn }));
    const host = `bedrock-agent.us-east-1.localhost:${server.port}`;
    const path = `/tags/${encodeURIComponent(resourceArn)}`;
    expect(
      (await sendSigned(server.port, { method: 'GET', path, headers: { host } }, { service: 'bedrock' })).status,
    ).toBe(200);
    const none = await send(server.port, { method: 'GET', path: '/_aws/nothing/x' });
    expect([none.status, none.body]).toEqual([404, expect.stringContaining("'nothing'")]);
    await sendSigned(server.port, { method: 'PUT', path: '/my.bucket/key', body: 'v' }, { service: 's3' });
    const bucket = {
      method: 'GET',
      path: '/key',
      headers: { host: `my.bucket.s3.us-east-1.localhost:${server.port}` },
    };
    expect((await sendSigned(server.port, bucket, { service: 's3' })).body).toBe('v');
  });

  it('answers HEAD without a body and keeps the connection usable', async () => {
    const missing = await sendSigned(server.port, { method: 'HEAD', path: '/bucket/none' }, { service: 's3' });
    expect([missing.status, missing.body, missing.headers['x-amz-request-id']]).toEqual([404, '', expect.any(String)]);
    const denied = await sendSigned(server.port, { method: 'GET', path: '/bucket/secret?tagging' }, { service: 's3' });
    expect([denied.status, denied.body]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
  });
});

function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
  });
}
