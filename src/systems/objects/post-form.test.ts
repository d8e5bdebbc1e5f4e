import { createHmac } from 'node:crypto';
import { CreateBucketCommand, GetObjectCommand, GetObjectTaggingCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientOptions, startTestServer, type TestServer } from './start-test-server.ts';

let server: TestServer;
let s3: S3Client;
const Bucket = 'forms';
const { accessKeyId, secretAccessKey } = clientOptions('http://localhost').credentials;
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

beforeAll(async () => {
  server = await startTestServer();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => server.close());

type Fields = Record<string, string>;

/** The fields of a form that anybody may send until it expires, as a server of its maker would write them. */
function signed(fields: Fields, conditions: unknown[] = [], expiration = Date.now() + 60_000): Fields {
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const date = time.slice(0, 8);
  const signing = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${accessKeyId}/${date}/us-east-1/s3/aws4_request`,
    'x-amz-date': time,
  };
  const own = Object.entries({ bucket: Bucket, ...fields, ...signing }).map(([name, value]) => ({ [name]: value }));
  const document = { expiration: new Date(expiration).toISOString(), conditions: [...own, ...conditions] };
  const policy = Buffer.from(JSON.stringify(document)).toString('base64');
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), 'us-east-1'), 's3'), 'aws4_request');
  return { ...fields, ...signing, policy, 'x-amz-signature': hmac(key, policy).toString('hex') };
}

async function post(fields: Fields, content = 'content', filename = 'name.txt'): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([content]), filename);
  return fetch(`${server.endpoint}/${Bucket}`, { method: 'POST', body: form, redirect: 'manual' });
}

const read = (Key: string) => s3.send(new GetObjectCommand({ Bucket, Key }));

it('stores the file with what the fields say', async () => {
  const tagging = '<Tagging><TagSet><Tag><Key>team</Key><Value>search</Value></Tag></TagSet></Tagging>';
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what the documentation calls it
  const fields = { key: 'in/${filename}', 'Content-Type': 'text/plain', 'x-amz-meta-by': 'form', tagging };
  const answer = await post(formOf(fields));
  expect(answer.status).toBe(204);
  const object = await read('in/name.txt');
  expect(await object.Body?.transformToString()).toBe('content');
  expect(object).toMatchObject({ ContentType: 'text/plain', Metadata: { by: 'form' }, TagCount: 1 });
  const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'in/name.txt' }));
  expect(TagSet).toEqual([{ Key: 'team', Value: 'search' }]);
});

/** Signed with a condition for each field, but for the key, of which only the folder is said. */
function formOf({ key = '', ...fields }: Fields): Fields {
  return { key, ...signed(fields, [['starts-with', '$key', 'in/']]) };
}

it('answers as the form asks', async () => {
  const created = await post(signed({ key: 'a b', success_action_status: '201' }));
  expect(created.status).toBe(201);
  expect(await created.text()).toMatch(
    /<PostResponse><Location>http:.*\/forms\/a%20b<\/Location><Bucket>forms<\/Bucket><Key>a b<\/Key><ETag>/,
  );
  const ok = await post(signed({ key: 'k', success_action_status: '200' }));
  expect(ok.status).toBe(200);
  const redirected = await post(signed({ key: 'k', success_action_redirect: 'https://example.com/done?x=1' }));
  expect(redirected.status).toBe(303);
  expect(redirected.headers.get('location')).toMatch(
    /^https:\/\/example\.com\/done\?x=1&bucket=forms&key=k&etag=%22[0-9a-f]{32}%22$/,
  );
  const unsafe = await post(signed({ key: 'k', success_action_redirect: 'javascript:alert(1)' }));
  expect(unsafe.status).toBe(204);
});

it('holds the file to the length that the policy allows', async () => {
  const sized = (key: string) => signed({ key }, [['content-length-range', 4, 8]]);
  expect((await post(sized('fits'), '12345678')).status).toBe(204);
  const large = await post(sized('large'), '123456789');
  expect([large.status, await large.text()]).toEqual([400, expect.stringContaining('<Code>EntityTooLarge</Code>')]);
  const small = await post(sized('small'), '123');
  expect([small.status, await small.text()]).toEqual([400, expect.stringContaining('<Code>EntityTooSmall</Code>')]);
  await expect(read('large')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

it.each<[string, () => Fields, number, string]>([
  ['an expired policy', () => signed({ key: 'k' }, [], Date.now() - 1_000), 403, 'Policy expired'],
  [
    'another value than the policy has',
    () => ({ ...signed({ key: 'k' }), key: 'other' }),
    403,
    'Policy Condition failed',
  ],
  [
    'a field without a condition',
    () => ({ ...signed({ key: 'k' }), 'x-amz-meta-more': '1' }),
    403,
    'Extra input fields',
  ],
  [
    'a changed policy',
    () => ({ ...signed({ key: 'k' }), policy: signed({ key: 'x' }).policy ?? '' }),
    403,
    'SignatureDoesNotMatch',
  ],
  ['no key', () => signed({ 'x-amz-meta-a': '1' }), 400, 'InvalidArgument'],
  ['no signature', () => ({ key: 'k', policy: 'e30=' }), 400, 'InvalidArgument'],
  ['a policy that is no JSON', () => withPolicy('no JSON'), 400, 'InvalidPolicyDocument'],
  [
    'a condition of an unknown kind',
    () => signed({ key: 'k' }, [['matches', '$key', '.*']]),
    400,
    'InvalidPolicyDocument',
  ],
  ['nobody who signed it, where nobody else may write', () => ({ key: 'k' }), 403, 'AccessDenied'],
])('refuses a form with %s', async (_name, fields, status, code) => {
  const answer = await post(fields());
  expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(code)]);
});

function withPolicy(text: string): Fields {
  const fields = signed({ key: 'k' });
  const policy = Buffer.from(text).toString('base64');
  const date = fields['x-amz-date']?.slice(0, 8) ?? '';
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), 'us-east-1'), 's3'), 'aws4_request');
  return { ...fields, policy, 'x-amz-signature': hmac(key, policy).toString('hex') };
}

it('takes no form for a key', async () => {
  const form = new FormData();
  form.append('key', 'k');
  form.append('file', new Blob(['x']));
  const answer = await fetch(`${server.endpoint}/${Bucket}/key`, { method: 'POST', body: form });
  expect(answer.status).toBe(405);
});

it('is told of as a post', async () => {
  await server.objects.watch({ account: '111111111111', region: 'us-east-1' }, Bucket, {
    part: 'test',
    id: 'w',
    prefix: '',
  });
  const heard: string[] = [];
  server.objects.onChange('test', async (_id, { eventName }) => void heard.push(eventName));
  await post(signed({ key: 'told' }));
  await server.objects.deliverEvents();
  expect(heard).toEqual(['ObjectCreated:Post']);
});
