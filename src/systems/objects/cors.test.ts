import {
  type CORSRule,
  CreateBucketCommand,
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  PutBucketCorsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.ts';

let server: TestServer;
let s3: S3Client;
const Bucket = 'origins';

beforeAll(async () => {
  server = await startTestServer();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => server.close());

const setRules = (...CORSRules: CORSRule[]) =>
  s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
const ask = (headers: Record<string, string>, method = 'OPTIONS') =>
  fetch(`${server.endpoint}/${Bucket}/key`, { method, headers });
const preflight = (origin: string, method: string, headers?: string) =>
  ask({
    origin,
    'access-control-request-method': method,
    ...(headers !== undefined && { 'access-control-request-headers': headers }),
  });

it('keeps rules and gives them back', async () => {
  await expect(s3.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject({
    name: 'NoSuchCORSConfiguration',
  });
  const rule = {
    ID: 'one',
    AllowedMethods: ['GET', 'PUT'],
    AllowedOrigins: ['https://*.example.com'],
    AllowedHeaders: ['x-*'],
    ExposeHeaders: ['etag'],
    MaxAgeSeconds: 60,
  };
  await setRules(rule);
  expect((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual([rule]);
});

it('answers a preflight that a rule allows, without a signature', async () => {
  const answer = await preflight('https://app.example.com', 'PUT', 'x-first, X-Second');
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'access-control-allow-origin': 'https://app.example.com',
    'access-control-allow-methods': 'GET, PUT',
    'access-control-allow-headers': 'x-first, x-second',
    'access-control-expose-headers': 'etag',
    'access-control-max-age': '60',
    'access-control-allow-credentials': 'true',
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  });
});

it('refuses a preflight that no rule allows, and one of a bucket that is not there alike', async () => {
  const refused = [
    await preflight('https://example.org', 'GET'),
    await preflight('https://app.example.com', 'DELETE'),
    await preflight('https://app.example.com', 'GET', 'authorization'),
    await fetch(`${server.endpoint}/no-such-bucket/key`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'GET' },
    }),
  ];
  for (const answer of refused) {
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>AccessForbidden</Code>');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  }
});

it('asks for what a preflight lacks', async () => {
  expect((await ask({})).status).toBe(400);
  expect((await ask({ origin: 'https://app.example.com' })).status).toBe(400);
});

it('lets a page see answers, refusals too', async () => {
  const answer = await ask({ origin: 'https://app.example.com' }, 'GET');
  expect(answer.status).toBe(403);
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  expect((await ask({ origin: 'https://example.org' }, 'GET')).headers.get('access-control-allow-origin')).toBeNull();
});

it('names no origin where everybody may', async () => {
  await setRules({ AllowedMethods: ['GET'], AllowedOrigins: ['*'] });
  const answer = await preflight('https://anywhere.example', 'GET');
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
});

it.each([
  ['an unknown method', { AllowedMethods: ['PATCH'], AllowedOrigins: ['*'] }, 'InvalidRequest'],
  ['two stars', { AllowedMethods: ['GET'], AllowedOrigins: ['*.*'] }, 'InvalidRequest'],
  [
    'a star among exposed headers',
    { AllowedMethods: ['GET'], AllowedOrigins: ['*'], ExposeHeaders: ['*'] },
    'InvalidRequest',
  ],
  ['no method', { AllowedMethods: [], AllowedOrigins: ['*'] }, 'MalformedXML'],
])('refuses a rule with %s', async (_name, rule, name) => {
  await expect(setRules(rule)).rejects.toMatchObject({ name });
});

it('refuses more than a hundred rules', async () => {
  const rules = Array.from({ length: 101 }, () => ({ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }));
  await expect(setRules(...rules)).rejects.toMatchObject({ name: 'MalformedXML' });
});

it('takes rules away', async () => {
  await s3.send(new DeleteBucketCorsCommand({ Bucket }));
  expect((await preflight('https://anywhere.example', 'GET')).status).toBe(403);
});
