import { createHmac } from 'node:crypto';
import { BedrockAgentRuntimeClient, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import { BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Operation, real } from '../../src/wire/operation.ts';
import { memoryObjects } from './memory-objects.ts';
import { ACCESS, BEARER_TOKEN, EXPIRED, SESSION, startWireServer, type WireServer } from './server.ts';
import { presign, type RawRequest, type Signing, send, sendSigned, signHeaders } from './signed.ts';

const MINUTE = 60_000;
const RETRIEVE: RawRequest = {
  method: 'POST',
  path: '/knowledgebases/KB12345678/retrieve',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ retrievalQuery: { text: 'x' } }),
};
const BEDROCK: Signing = { service: 'bedrock' };

const identity: Operation['handler'] = async (_input, call) => ({
  Account: call.scope.account,
  Arn: call.principal.arn,
});

describe('signatures', () => {
  let server: WireServer;
  let port: number;
  beforeAll(async () => {
    server = await startWireServer([
      memoryObjects(),
      { service: 'bedrock-agent-runtime', operations: { Retrieve: real(async () => ({ retrievalResults: [] })) } },
      {
        service: 'bedrock-runtime',
        operations: { InvokeModel: real(async () => ({ body: '{}', contentType: 'application/json' })) },
      },
      { service: 'sts', operations: { GetCallerIdentity: real(identity) } },
    ]);
    port = server.port;
  });
  afterAll(() => server.close());

  const retrieve = (signing: Partial<Signing> = {}) => sendSigned(port, RETRIEVE, { ...BEDROCK, ...signing });

  it('takes right ones, with and without a declared payload hash', async () => {
    expect((await retrieve()).status).toBe(200);
    expect((await retrieve({ contentHash: false })).status).toBe(200);
  });

  it('refuses a wrong secret and an unknown key, each with its own code', async () => {
    const wrong = await retrieve({ key: { ...ACCESS, secretAccessKey: 'wrong' } });
    expect([wrong.status, wrong.headers['x-amzn-errortype']]).toEqual([403, 'InvalidSignatureException']);
    const unknown = await retrieve({ key: { ...ACCESS, accessKeyId: 'AKIANOBODY' } });
    expect([unknown.status, unknown.headers['x-amzn-errortype']]).toEqual([403, 'UnrecognizedClientException']);
    const s3 = (key: typeof ACCESS) => sendSigned(port, { method: 'GET', path: '/bucket/key' }, { service: 's3', key });
    expect((await s3({ ...ACCESS, secretAccessKey: 'wrong' })).body).toContain('<Code>SignatureDoesNotMatch</Code>');
    expect((await s3({ ...ACCESS, accessKeyId: 'AKIANOBODY' })).body).toContain('<Code>InvalidAccessKeyId</Code>');
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    const form = { method: 'POST', path: '/', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body };
    const sts = await sendSigned(port, form, { service: 'sts', key: { ...ACCESS, accessKeyId: 'AKIANOBODY' } });
    expect([sts.status, sts.body.match(/<Code>(.*)<\/Code>/)?.[1]]).toEqual([403, 'InvalidClientTokenId']);
  });

  it('refuses a changed body', async () => {
    const body = String(RETRIEVE.body).replace('"x"', '"y"');
    for (const contentHash of [true, false]) {
      const headers = await signHeaders(port, RETRIEVE, { ...BEDROCK, contentHash });
      const answer = await send(port, { ...RETRIEVE, headers, body });
      expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([403, 'InvalidSignatureException']);
    }
  });

  it('lets clocks differ by 15 minutes, not more', async () => {
    for (const sign of [-1, 1]) {
      expect((await retrieve({ date: new Date(Date.now() + sign * 14 * MINUTE) })).status).toBe(200);
      const answer = await retrieve({ date: new Date(Date.now() + sign * 16 * MINUTE) });
      expect(answer.status).toBe(403);
      expect(answer.body).toMatch(sign < 0 ? /Signature expired/ : /Signature not yet current/);
    }
    const date = new Date(Date.now() - 16 * MINUTE);
    const s3 = await sendSigned(port, { method: 'GET', path: '/bucket/key' }, { service: 's3', date });
    expect([s3.status, s3.body]).toEqual([403, expect.stringContaining('<Code>RequestTimeTooSkewed</Code>')]);
  });

  it('lets a client learn the time from the answer', async () => {
    const client = new BedrockAgentRuntimeClient({ ...server.client, maxAttempts: 2, systemClockOffset: -60 * MINUTE });
    const answer = await client.send(
      new RetrieveCommand({ knowledgeBaseId: 'KB12345678', retrievalQuery: { text: 'x' } }),
    );
    expect(answer.$metadata.attempts).toBe(2);
  });

  it('refuses what is unsigned, malformed or scoped to no region', async () => {
    const unsigned = await send(port, RETRIEVE);
    expect([unsigned.status, unsigned.headers['x-amzn-errortype']]).toEqual([
      403,
      'MissingAuthenticationTokenException',
    ]);
    // S3 answers anybody whom the bucket lets: here nobody is asked.
    const anonymous = await send(port, { method: 'GET', path: '/bucket/key' });
    expect([anonymous.status, anonymous.body]).toEqual([404, expect.stringContaining('<Code>NoSuchKey</Code>')]);
    const garbage = await send(port, { ...RETRIEVE, headers: { authorization: 'AWS4-HMAC-SHA256 garbage' } });
    expect([garbage.status, garbage.headers['x-amzn-errortype']]).toEqual([403, 'IncompleteSignatureException']);
    expect((await retrieve({ region: 'nowhere' })).body).toContain('valid region');
  });

  it('refuses a signature for another service', async () => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonAthena.StartQueryExecution',
    };
    const answer = await sendSigned(port, { method: 'POST', path: '/', headers, body: '{}' }, { service: 'kms' });
    expect([answer.status, answer.body]).toEqual([403, expect.stringContaining("correct service: 'athena'")]);
  });

  it('knows session tokens', async () => {
    expect((await retrieve({ key: SESSION })).status).toBe(200);
    expect((await retrieve({ key: { ...SESSION, sessionToken: 'another' } })).status).toBe(403);
    const { accessKeyId, secretAccessKey } = SESSION;
    expect((await retrieve({ key: { accessKeyId, secretAccessKey } })).status).toBe(403);
    const expired = await retrieve({ key: EXPIRED });
    expect([expired.status, expired.headers['x-amzn-errortype']]).toEqual([403, 'ExpiredTokenException']);
    expect((await retrieve({ key: { ...ACCESS, sessionToken: 'unasked' } })).status).toBe(403);
  });

  it('tells handlers the scope and the principal', async () => {
    const sts = new STSClient({ ...server.client, region: 'eu-central-1' });
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:root',
    });
    expect(server.calls.at(-1)?.scope).toEqual({ account: '123456789012', region: 'eu-central-1' });
  });

  it('takes bearer keys on bedrock-runtime, nowhere else', async () => {
    const bearer = { ...server.client, token: { token: BEARER_TOKEN }, authSchemePreference: ['httpBearerAuth'] };
    const invoke = new InvokeModelCommand({ modelId: 'anthropic.claude-v2', body: '{}' });
    expect((await new BedrockRuntimeClient(bearer).send(invoke)).$metadata.httpStatusCode).toBe(200);
    const wrong = new BedrockRuntimeClient({ ...bearer, token: { token: 'wrong' } }).send(invoke);
    await expect(wrong).rejects.toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } });
    const authorization = `Bearer ${BEARER_TOKEN}`;
    const agent = await send(port, { ...RETRIEVE, headers: { authorization } });
    expect([agent.status, agent.body]).toEqual([403, expect.stringContaining('Retrieve takes no API key.')]);
    const s3 = await send(port, { method: 'GET', path: '/bucket/key', headers: { authorization } });
    expect([s3.status, s3.body]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
    const form = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    const sts = await send(port, { method: 'POST', path: '/', headers: form, body });
    expect([sts.status, sts.body]).toEqual([403, expect.stringContaining('GetCallerIdentity takes no API key.')]);
  });

  describe('presigned URLs', () => {
    const S3: Signing = { service: 's3' };
    const put = (path: string, body: string) => send(port, { method: 'PUT', path, body });

    it('get, put and call', async () => {
      expect((await put(await presign(port, { method: 'PUT', path: '/bucket/signed' }, S3), 'presigned')).status).toBe(
        200,
      );
      const url = await presign(port, { method: 'GET', path: '/bucket/signed' }, S3);
      expect((await send(port, { method: 'GET', path: url })).body).toBe('presigned');
      const other = await send(port, { method: 'GET', path: url.replace('signed', 'other') });
      expect([other.status, other.body]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
      const call = await presign(
        port,
        { method: 'GET', path: '/?Action=GetCallerIdentity&Version=2011-06-15' },
        { service: 'sts' },
      );
      expect((await send(port, { method: 'GET', path: call })).body).toContain('<Account>123456789012</Account>');
    });

    it('carry hoisted headers', async () => {
      const raw = { method: 'PUT', path: '/bucket/hoisted', headers: { 'x-amz-meta-who': 'me' } };
      expect((await put(await presign(port, raw, S3), 'x')).status).toBe(200);
      const head = await sendSigned(port, { method: 'HEAD', path: '/bucket/hoisted' }, S3);
      expect(head.headers['x-amz-meta-who']).toBe('me');
    });

    it('take no headers that were not signed', async () => {
      const path = await presign(port, { method: 'PUT', path: '/bucket/signed' }, S3);
      const headers = { 'x-amz-copy-source': 'other/secret' };
      const answer = await send(port, { method: 'PUT', path, headers });
      expect([answer.status, answer.body]).toEqual([403, expect.stringContaining('not signed: x-amz-copy-source')]);
    });

    it('die after their time, a week at most', async () => {
      const date = new Date(Date.now() - 2 * MINUTE);
      const old = await presign(port, { method: 'GET', path: '/bucket/signed' }, { ...S3, date });
      expect((await send(port, { method: 'GET', path: old })).body).toContain('Request has expired');
      const week = await presign(port, { method: 'GET', path: '/bucket/signed' }, { ...S3, expiresIn: 604_800 });
      expect((await send(port, { method: 'GET', path: week })).status).toBe(200);
      const longer = await send(port, { method: 'GET', path: week.replace('604800', '604801') });
      expect([longer.status, longer.body]).toEqual([400, expect.stringContaining('AuthorizationQueryParametersError')]);
    });

    it('die with their session', async () => {
      const live = await presign(port, { method: 'GET', path: '/bucket/signed' }, { ...S3, key: SESSION });
      expect((await send(port, { method: 'GET', path: live })).status).toBe(200);
      const dead = await presign(port, { method: 'GET', path: '/bucket/signed' }, { ...S3, key: EXPIRED });
      const { status, body } = await send(port, { method: 'GET', path: dead });
      expect([status, body]).toEqual([400, expect.stringContaining('<Code>ExpiredToken</Code>')]);
    });
  });

  describe('Signature Version 2', () => {
    const legacy = (path: string, expires: number, method = 'GET', extra = ''): string => {
      const signature = createHmac('sha1', ACCESS.secretAccessKey)
        .update(`${method}\n\n\n${expires}\n${extra}${path}`)
        .digest('base64');
      return `${path}?AWSAccessKeyId=${ACCESS.accessKeyId}&Signature=${encodeURIComponent(signature)}&Expires=${expires}`;
    };
    const soon = (): number => Math.floor(Date.now() / 1000) + 60;

    it('is taken in the query of S3', async () => {
      await send(port, { method: 'PUT', path: legacy('/bucket/old', soon(), 'PUT'), body: 'old' });
      expect((await send(port, { method: 'GET', path: legacy('/bucket/old', soon()) })).body).toBe('old');
      const changed = await send(port, { method: 'GET', path: legacy('/bucket/old', soon()).replace('old', 'other') });
      expect([changed.status, changed.body]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
      const expired = await send(port, { method: 'GET', path: legacy('/bucket/old', soon() - 120) });
      expect([expired.status, expired.body]).toEqual([403, expect.stringContaining('Request has expired')]);
    });

    it('lives a week at most', async () => {
      const late = soon() + 8 * 86_400;
      const refused = await send(port, { method: 'GET', path: legacy('/bucket/old', late) });
      expect([refused.status, refused.body]).toEqual([400, expect.stringContaining('at most 604800 seconds')]);
    });

    it('covers the path of a bucket with a slash at its end, as boto makes it', async () => {
      const list = legacy('/bucket/', soon()).replace('/bucket/?', '/bucket?list-type=2&');
      expect((await send(port, { method: 'GET', path: list })).status).toBe(200);
    });

    const inHeader = (date: string): Record<string, string> => {
      const text = `GET\n\n\n\nx-amz-date:${date}\n/bucket/old`;
      const signature = createHmac('sha1', ACCESS.secretAccessKey).update(text).digest('base64');
      return { authorization: `AWS ${ACCESS.accessKeyId}:${signature}`, 'x-amz-date': date };
    };
    const get = (headers: Record<string, string>) => send(port, { method: 'GET', path: '/bucket/old', headers });

    it('is taken in the header of S3, with a time that is near', async () => {
      await send(port, { method: 'PUT', path: legacy('/bucket/old', soon(), 'PUT'), body: 'old' });
      expect((await get(inHeader(new Date().toUTCString()))).body).toBe('old');
      expect((await get(inHeader(new Date(Date.now() - 20 * MINUTE).toUTCString()))).body).toContain(
        '<Code>RequestTimeTooSkewed</Code>',
      );
      expect((await get(inHeader('no time'))).body).toContain('valid Date or x-amz-date header');
      const other = { ...inHeader(new Date().toUTCString()), 'x-amz-meta-a': 'unsigned' };
      expect((await get(other)).body).toContain('<Code>SignatureDoesNotMatch</Code>');
      expect((await get({ authorization: 'AWS nonsense' })).body).toContain('<Code>InvalidArgument</Code>');
    });

    it('is refused when it is switched off', async () => {
      const strict = await startWireServer([memoryObjects()], { legacyPresigning: false });
      const query = await send(strict.port, { method: 'GET', path: legacy('/bucket/old', soon()) });
      expect(query.status).toBe(403);
      const headers = inHeader(new Date().toUTCString());
      const header = await send(strict.port, { method: 'GET', path: '/bucket/old', headers });
      expect([header.status, header.body]).toEqual([403, expect.stringContaining('AWS4-HMAC-SHA256')]);
      await strict.close();
    });
  });
});
