import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectTaggingCommand,
  GetBucketTaggingCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.ts';

let server: TestServer;
let s3: S3Client;
const Bucket = 'tagged';

beforeAll(async () => {
  server = await startTestServer();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => server.close());

const tagsOf = async (Key: string, VersionId?: string) =>
  (await s3.send(new GetObjectTaggingCommand({ Bucket, Key, VersionId }))).TagSet;
const put = (Key: string, Tagging?: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Tagging }));
const setTags = (Key: string, TagSet: { Key: string; Value: string }[]) =>
  s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }));

it('keeps the tags of a put and counts them', async () => {
  await put('a', 'team=search&empty&spaced%20name=two+words');
  expect(await tagsOf('a')).toEqual([
    { Key: 'empty', Value: '' },
    { Key: 'spaced name', Value: 'two words' },
    { Key: 'team', Value: 'search' },
  ]);
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))).TagCount).toBe(3);
});

it('replaces all tags, and takes them away', async () => {
  await put('b', 'old=1');
  await setTags('b', [{ Key: 'new', Value: '2' }]);
  expect(await tagsOf('b')).toEqual([{ Key: 'new', Value: '2' }]);
  await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'b' }));
  expect(await tagsOf('b')).toEqual([]);
});

it('copies tags along unless they shall be replaced', async () => {
  await put('source', 'a=1');
  const copy = (Key: string, options: object) =>
    s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source`, ...options }));
  await copy('kept', {});
  await copy('replaced', { TaggingDirective: 'REPLACE', Tagging: 'b=2' });
  await copy('bare', { TaggingDirective: 'REPLACE' });
  expect(await tagsOf('kept')).toEqual([{ Key: 'a', Value: '1' }]);
  expect(await tagsOf('replaced')).toEqual([{ Key: 'b', Value: '2' }]);
  expect(await tagsOf('bare')).toEqual([]);
});

it('tags one version', async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'versions' }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: 'versions', VersioningConfiguration }));
  const place = { Bucket: 'versions', Key: 'k' };
  const { VersionId } = await s3.send(new PutObjectCommand({ ...place, Body: '1' }));
  await s3.send(new PutObjectCommand({ ...place, Body: '2', Tagging: 'new=1' }));
  const Tagging = { TagSet: [{ Key: 'old', Value: '1' }] };
  expect(await s3.send(new PutObjectTaggingCommand({ ...place, VersionId, Tagging }))).toMatchObject({ VersionId });
  expect(await s3.send(new GetObjectTaggingCommand({ ...place, VersionId }))).toMatchObject(Tagging);
  expect((await s3.send(new GetObjectTaggingCommand(place))).TagSet).toEqual([{ Key: 'new', Value: '1' }]);
});

it.each([
  ['too many', Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: '' }))],
  ['a long key', [{ Key: 'k'.repeat(129), Value: '' }]],
  ['a long value', [{ Key: 'k', Value: 'v'.repeat(257) }]],
  [
    'the same key twice',
    [
      { Key: 'k', Value: '1' },
      { Key: 'k', Value: '2' },
    ],
  ],
  ['a key of the service', [{ Key: 'aws:k', Value: '1' }]],
])('refuses %s', async (_name, tags) => {
  await put('limits', 'kept=1');
  await expect(setTags('limits', tags)).rejects.toMatchObject({ name: 'InvalidTag' });
  expect(await tagsOf('limits')).toEqual([{ Key: 'kept', Value: '1' }]);
});

it('refuses tags of what is not there', async () => {
  await expect(tagsOf('missing')).rejects.toMatchObject({ name: 'NoSuchKey' });
  await expect(setTags('missing', [])).rejects.toMatchObject({ name: 'NoSuchKey' });
});

it('keeps up to fifty tags of a bucket', async () => {
  await expect(s3.send(new GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject({ name: 'NoSuchTagSet' });
  const TagSet = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: `${index}` }));
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
  const tooMany = { TagSet: [...TagSet, { Key: 'one more', Value: '' }] };
  await expect(s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: tooMany }))).rejects.toMatchObject({
    name: 'InvalidTag',
  });
  await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
  await expect(s3.send(new GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject({ name: 'NoSuchTagSet' });
});
