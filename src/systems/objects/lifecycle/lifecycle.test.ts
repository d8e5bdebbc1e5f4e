import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  HeadObjectCommand,
  type LifecycleRule,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { FIRST, startTestServer, type TestServer } from '../start-test-server.ts';
import { cutoffOf, expiryOf } from './rules.ts';

const DAY = 86_400_000;
let Bucket = '';
let buckets = 0;
const scope = { account: FIRST, region: 'us-east-1' };
let server: TestServer;
let s3: S3Client;

beforeAll(async () => {
  server = await startTestServer();
  s3 = server.client();
});
beforeEach(async () => {
  buckets += 1;
  Bucket = `aging-${buckets}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => server.close());

const setRules = (...Rules: LifecycleRule[]) =>
  s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
const put = (Key: string, options: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...options }));
const keepVersions = () =>
  s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
const keys = async () => (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key) ?? [];
const rule = (parts: Partial<LifecycleRule>): LifecycleRule => ({
  ID: 'rule',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  ...parts,
});

/** What the job of a bucket does, without the queue. */
async function pass(): Promise<void> {
  const jobs: { kind: string; payload: object }[] = [];
  const queue = { enqueue: async (_scope: object, job: (typeof jobs)[number]) => void jobs.push(job) };
  await server.objects.scheduleLifecycle(queue as never);
  const signal = new AbortController().signal;
  for (const { kind, payload } of jobs) {
    const handler = server.objects.jobHandlers.find((one) => one.kind === kind);
    await handler?.run({ id: '', scope, payload, attempt: 1, signal, report: async () => undefined } as never);
  }
}

it('expires what is old enough, by prefix, tags and size together', async () => {
  await put('logs/old', { Tagging: 'keep=no' });
  await put('logs/tagged-otherwise', { Tagging: 'keep=yes' });
  await put('logs/large', { Tagging: 'keep=no', Body: 'x'.repeat(100) });
  await put('data/old', { Tagging: 'keep=no' });
  const And = { Prefix: 'logs/', Tags: [{ Key: 'keep', Value: 'no' }], ObjectSizeLessThan: 50 };
  await setRules(rule({ Filter: { And }, Expiration: { Days: 2 } }));
  server.passTime(DAY);
  await pass();
  expect(await keys()).toHaveLength(4);
  server.passTime(2 * DAY);
  await put('logs/new', { Tagging: 'keep=no' });
  await pass();
  expect(await keys()).toEqual(['data/old', 'logs/large', 'logs/new', 'logs/tagged-otherwise']);
});

it('says beforehand what it would do, and in a header when', async () => {
  await put('a');
  await setRules(rule({ ID: 'after two', Expiration: { Days: 2 } }), rule({ ID: 'later', Expiration: { Days: 9 } }));
  const { Expiration } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
  expect(Expiration).toMatch(/^expiry-date="\w{3}, \d\d \w{3} \d{4} 00:00:00 GMT", rule-id="after%20two"$/);
  const plan = () => server.objects.planLifecycle(scope, { bucket: Bucket, limit: 10 });
  expect((await plan()).items).toEqual([]);
  server.passTime(3 * DAY);
  expect(await plan()).toMatchObject({
    counts: { expire: 1 },
    items: [{ key: 'a', action: 'expire', rule: 'after two' }],
    more: false,
  });
  expect(await keys()).toEqual(['a']);
});

it('puts a delete marker in front of versions, deletes old versions but the newest, and then the marker', async () => {
  await keepVersions();
  for (const Body of ['1', '2', '3', '4']) await put('k', { Body });
  await setRules(
    rule({
      Expiration: { Days: 1 },
      NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 2 },
    }),
  );
  const versions = async () => {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    return [Versions.length, DeleteMarkers.length];
  };
  server.passTime(2 * DAY);
  await pass();
  // The version that the marker hides counts as the newest of the old ones.
  expect(await versions()).toEqual([2, 1]);
  server.passTime(2 * DAY);
  await pass();
  expect(await versions()).toEqual([2, 1]);
  await setRules(
    rule({ NoncurrentVersionExpiration: { NoncurrentDays: 1 }, Expiration: { ExpiredObjectDeleteMarker: true } }),
  );
  await pass();
  await pass();
  expect(await versions()).toEqual([0, 0]);
});

it('leaves what object lock protects, and goes on', async () => {
  const lockedBucket = { Bucket: 'locked', Key: 'k' };
  await s3.send(new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true }));
  const { VersionId } = await s3.send(new PutObjectCommand({ ...lockedBucket, Body: 'x' }));
  await s3.send(new PutObjectLegalHoldCommand({ ...lockedBucket, VersionId, LegalHold: { Status: 'ON' } }));
  await s3.send(new DeleteObjectCommand(lockedBucket));
  const Rules = [rule({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } })];
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: 'locked', LifecycleConfiguration: { Rules } }));
  server.passTime(3 * DAY);
  await pass();
  const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: 'locked' }));
  expect(Versions).toMatchObject([{ VersionId }]);
});

it('aborts uploads that were never completed', async () => {
  await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'big' }));
  await setRules(rule({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }));
  await pass();
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toHaveLength(1);
  server.passTime(2 * DAY);
  await pass();
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined();
});

it('gives rules back in the form they were put, with ids', async () => {
  await setRules(
    { ID: 'old', Status: 'Disabled', Prefix: 'a/', Expiration: { Date: new Date('2030-01-01') } },
    rule({ ID: undefined, Filter: { Tag: { Key: 'k', Value: 'v' } }, Expiration: { Days: 3 } }),
  );
  const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(Rules).toMatchObject([
    { ID: 'old', Status: 'Disabled', Prefix: 'a/', Expiration: { Date: new Date('2030-01-01') } },
    { ID: expect.any(String), Filter: { Tag: { Key: 'k', Value: 'v' } }, Expiration: { Days: 3 } },
  ]);
});

it.each([
  ['no action', rule({}), 'InvalidRequest'],
  ['no days', rule({ Expiration: { Days: 0 } }), 'InvalidArgument'],
  ['a time of day', rule({ Expiration: { Date: new Date('2030-01-01T12:00:00Z') } }), 'InvalidArgument'],
  ['a transition', rule({ Transitions: [{ Days: 1, StorageClass: 'GLACIER' }] }), 'NotImplemented'],
  ['a filter and a prefix', rule({ Prefix: 'a', Expiration: { Days: 1 } }), 'MalformedXML'],
  ['a long id', rule({ ID: 'x'.repeat(256), Expiration: { Days: 1 } }), 'InvalidArgument'],
  [
    'tags of uploads',
    rule({ Filter: { Tag: { Key: 'k', Value: 'v' } }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
    'InvalidRequest',
  ],
])('refuses a rule with %s', async (_name, wrong, name) => {
  await expect(setRules(wrong)).rejects.toMatchObject({ name });
});

it('counts whole days of UTC', () => {
  const rules = [{ id: 'r', enabled: true, oldForm: false, filter: { prefix: '', tags: [] }, expiration: { days: 1 } }];
  const object = (time: string) => ({ key: 'k', size: 1, tags: null, modifiedAt: new Date(time) });
  const at = (time: string) => expiryOf(rules, object(time))?.at.toISOString();
  expect(at('2026-01-01T00:00:01Z')).toBe('2026-01-03T00:00:00.000Z');
  expect(at('2026-01-01T23:59:59Z')).toBe('2026-01-03T00:00:00.000Z');
  expect(cutoffOf(Date.parse('2026-01-03T00:00:00Z'), 1).toISOString()).toBe('2026-01-02T00:00:00.000Z');
});
