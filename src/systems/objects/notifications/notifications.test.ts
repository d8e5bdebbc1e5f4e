import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  type EventBridgeConfiguration,
  GetBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { FIRST, startTestServer, type TestServer } from '../start-test-server.ts';
import type { EventRecord } from './event-record.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:111111111111:changes';
const BROKEN = 'arn:aws:lambda:us-east-1:111111111111:function:broken';
const scope = { account: FIRST, region: 'us-east-1' };
let server: TestServer;
let webhook: Server;
let s3: S3Client;
let received: { Records?: EventRecord[]; Event?: string; Bucket?: string }[] = [];
let Bucket = '';
let buckets = 0;

beforeAll(async () => {
  webhook = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      received.push(JSON.parse(text));
      response.writeHead(request.url === '/broken' ? 500 : 204).end();
    });
  });
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}`;
  const targets = { [QUEUE]: `${address}/queue`, [BROKEN]: `${address}/broken` };
  server = await startTestServer({ notifications: { targets, fetch: globalThis.fetch } });
  s3 = server.client();
});
beforeEach(async () => {
  buckets += 1;
  Bucket = `observed-${buckets}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  received = [];
});
afterAll(async () => {
  await server.close();
  webhook.closeAllConnections();
  await new Promise((resolve) => webhook.close(resolve));
});

const configure = (NotificationConfiguration: NotificationConfiguration) =>
  s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
const observe = (Events: string[], prefix = '', suffix = '') =>
  configure({
    QueueConfigurations: [
      {
        Id: 'rule',
        QueueArn: QUEUE,
        Events: Events as ['s3:ObjectCreated:*'],
        Filter: {
          Key: {
            FilterRules: [
              { Name: 'prefix', Value: prefix },
              { Name: 'suffix', Value: suffix },
            ],
          },
        },
      },
    ],
  });
const put = (Key: string, Body = 'x') => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const told = () =>
  received
    .flatMap(({ Records = [] }) => Records)
    .map(({ eventName, s3: { object } }) => `${eventName} ${object.key}`)
    .sort();

it('sends a test event, then what happens, in the documented form', async () => {
  await observe(['s3:ObjectCreated:*']);
  await put('a file+é', 'four');
  await server.objects.deliverEvents();
  expect(received).toContainEqual(expect.objectContaining({ Event: 's3:TestEvent', Bucket }));
  const [record] = received.flatMap(({ Records = [] }) => Records);
  expect(record).toMatchObject({
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'us-east-1',
    eventName: 'ObjectCreated:Put',
    userIdentity: { principalId: `AWS:${FIRST}` },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'rule',
      bucket: { name: Bucket, arn: `arn:aws:s3:::${Bucket}` },
      object: { key: 'a+file%2B%C3%A9', size: 4, sequencer: expect.stringMatching(/^[0-9a-f]{16}$/) },
    },
  });
});

it('tells each kind of change, by prefix and suffix', async () => {
  await observe(['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectTagging:*'], 'in/', '.txt');
  for (const key of ['in/a.txt', 'in/b.txt', 'in/c.md', 'out/d.txt']) await put(key);
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'in/copy.txt', CopySource: `${Bucket}/out/d.txt` }));
  const Tagging = { TagSet: [{ Key: 'k', Value: 'v' }] };
  await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'in/a.txt', Tagging }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'in/a.txt' }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'in/never-was.txt' }));
  const Delete = { Objects: [{ Key: 'in/b.txt' }, { Key: 'in/c.md' }, { Key: 'in/missing.txt' }] };
  await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
  await server.objects.deliverEvents();
  expect(told()).toEqual([
    'ObjectCreated:Copy in/copy.txt',
    'ObjectCreated:Put in/a.txt',
    'ObjectCreated:Put in/b.txt',
    'ObjectRemoved:Delete in/a.txt',
    'ObjectRemoved:Delete in/b.txt',
    'ObjectTagging:Put in/a.txt',
  ]);
});

it('tells of delete markers where versions are kept', async () => {
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await observe(['s3:ObjectCreated:Put', 's3:ObjectRemoved:*']);
  const { VersionId } = await put('k');
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }));
  await server.objects.deliverEvents();
  expect(told()).toEqual(['ObjectCreated:Put k', 'ObjectRemoved:Delete k', 'ObjectRemoved:DeleteMarkerCreated k']);
  const records = received.flatMap(({ Records = [] }) => Records);
  expect(records.filter(({ s3: { object } }) => object.versionId === VersionId)).toHaveLength(2);
});

it('tells nothing of a write that was refused', async () => {
  await observe(['s3:ObjectCreated:*']);
  await put('k');
  const again = new PutObjectCommand({ Bucket, Key: 'k', Body: 'y', IfNoneMatch: '*' });
  await expect(s3.send(again)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await server.objects.deliverEvents();
  expect(told()).toEqual(['ObjectCreated:Put k']);
});

it('tries again later what a webhook refuses, and counts everything', async () => {
  await configure({
    LambdaFunctionConfigurations: [{ LambdaFunctionArn: BROKEN, Events: ['s3:ObjectCreated:*'] }],
    QueueConfigurations: [{ QueueArn: QUEUE, Events: ['s3:ObjectCreated:*'] }],
  });
  await put('k');
  await server.objects.deliverEvents();
  expect(await server.objects.eventCounts(scope, Bucket)).toEqual([
    { destination: BROKEN, accepted: 2, delivered: 0, failed: 0, pending: 2, problem: 'The webhook answered 500.' },
    { destination: QUEUE, accepted: 2, delivered: 2, failed: 0, pending: 0, problem: null },
  ]);
});

it('sets aside what fails again and again, until somebody asks for another round', async () => {
  await configure({ LambdaFunctionConfigurations: [{ LambdaFunctionArn: BROKEN, Events: ['s3:ObjectCreated:*'] }] });
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const due = `update object_events set due_at = now() where account = :account and region = :region`;
    await server.database.query(scope, due);
    await server.objects.deliverEvents();
  }
  const [count] = await server.objects.eventCounts(scope, Bucket);
  expect(count).toMatchObject({ accepted: 1, delivered: 0, failed: 1, pending: 0 });
  expect(await server.objects.retryEvents(scope, Bucket)).toBe(1);
  expect(await server.objects.eventCounts(scope, Bucket)).toMatchObject([{ failed: 0, pending: 1 }]);
});

it('tells other parts of Loam, and again where they fail', async () => {
  const heard: string[] = [];
  let failures = 1;
  server.objects.onChange('knowledge', async (watcherId, { eventName, s3: { object } }) => {
    if (failures-- > 0) throw new Error('not now');
    heard.push(`${watcherId} ${eventName} ${object.key}`);
  });
  await server.objects.watch(scope, Bucket, { part: 'knowledge', id: 'source-1', prefix: 'docs/' });
  await put('docs/a');
  await put('other');
  await server.objects.deliverEvents();
  expect(heard).toEqual([]);
  await server.database.query(
    scope,
    'update object_events set due_at = now() where account = :account and region = :region',
  );
  await server.objects.deliverEvents();
  expect(heard).toEqual(['source-1 ObjectCreated:Put docs/a']);
  await server.objects.unwatch(scope, Bucket, { part: 'knowledge', id: 'source-1' });
  await put('docs/b');
  await server.objects.deliverEvents();
  expect(heard).toHaveLength(1);
});

it('gives the configuration back, and takes it away', async () => {
  await observe(['s3:ObjectCreated:Put'], 'a', 'z');
  const get = new GetBucketNotificationConfigurationCommand({ Bucket });
  expect((await s3.send(get)).QueueConfigurations).toEqual([
    {
      Id: 'rule',
      QueueArn: QUEUE,
      Events: ['s3:ObjectCreated:Put'],
      Filter: {
        Key: {
          FilterRules: [
            { Name: 'Prefix', Value: 'a' },
            { Name: 'Suffix', Value: 'z' },
          ],
        },
      },
    },
  ]);
  await configure({});
  expect((await s3.send(get)).QueueConfigurations).toBeUndefined();
  await put('az');
  await server.objects.deliverEvents();
  expect(told()).toEqual([]);
});

it.each([
  [
    'a destination that is mapped to nothing',
    { QueueConfigurations: [{ QueueArn: `${QUEUE}-2`, Events: ['s3:ObjectCreated:*'] }] },
    'InvalidArgument',
  ],
  [
    'an event that never happens',
    { QueueConfigurations: [{ QueueArn: QUEUE, Events: ['s3:Replication:*'] }] },
    'NotImplemented',
  ],
  ['EventBridge', { EventBridgeConfiguration: {} as EventBridgeConfiguration }, 'NotImplemented'],
])('refuses %s', async (_name, configuration, name) => {
  await expect(configure(configuration as NotificationConfiguration)).rejects.toMatchObject({ name });
});
