import { createHash, randomBytes } from 'node:crypto';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.ts';

const Bucket = 'copies-bucket';
let server: TestServer;
let s3: S3Client;
beforeAll(async () => {
  server = await startTestServer();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => server.close());

const put = (Key: string, Body: string | Uint8Array, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
// Reads the body at once: a response that is left unread fails when its connection is closed.
const get = async (Key: string, more: object = {}) => {
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
};
const bytesOf = async (Key: string, more: object = {}) => (await get(Key, more)).bytes;
const refusal = (name: string, status: number) => ({ name, $metadata: { httpStatusCode: status } });

describe('copies', () => {
  it.each([10, 100_000])('have the bytes and the description of their source (%i bytes)', async (size) => {
    const bytes = randomBytes(size);
    const described = { ContentType: 'text/x-own', Metadata: { a: '1' } };
    const { ETag } = await put('source ü/+?', bytes, described);
    const CopySource = `${Bucket}/${encodeURIComponent('source ü/+?')}`;
    const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
    expect(copied.CopyObjectResult?.ETag).toBe(ETag);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'source ü/+?' }));
    await server.objects.sweep({ graceSeconds: 0 });
    expect(bytes.equals(await bytesOf('copy'))).toBe(true);
    expect(await get('copy')).toMatchObject(described);
  });

  it('take another description and another checksum when told to', async () => {
    await put('source', randomBytes(50_000), { ContentType: 'text/x-own', Metadata: { a: '1' } });
    await s3.send(
      new CopyObjectCommand({
        ...{ Bucket, Key: 'copy', CopySource: `/${Bucket}/source`, ChecksumAlgorithm: 'SHA256' },
        ...{ MetadataDirective: 'REPLACE', ContentType: 'text/x-new', Metadata: { b: '2' } },
      }),
    );
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'copy', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ContentType: 'text/x-new', Metadata: { b: '2' }, ChecksumType: 'FULL_OBJECT' });
    const sha256 = createHash('sha256')
      .update(await bytesOf('copy'))
      .digest('base64');
    expect(head.ChecksumSHA256).toBe(sha256);
  });

  it('onto itself are refused, unless they change the description', async () => {
    await put('self', 'x');
    const self = { Bucket, Key: 'self', CopySource: `${Bucket}/self` };
    await expect(s3.send(new CopyObjectCommand(self))).rejects.toMatchObject(refusal('InvalidRequest', 400));
    await s3.send(new CopyObjectCommand({ ...self, MetadataDirective: 'REPLACE', Metadata: { new: 'yes' } }));
    expect((await get('self')).Metadata).toEqual({ new: 'yes' });
    expect((await bytesOf('self')).toString()).toBe('x');
  });

  it('are made under conditions', async () => {
    const { ETag = '' } = await put('source', 'x');
    const copy = { Bucket, Key: 'copy', CopySource: `${Bucket}/source` };
    await expect(s3.send(new CopyObjectCommand({ ...copy, CopySourceIfNoneMatch: ETag }))).rejects.toMatchObject(
      refusal('PreconditionFailed', 412),
    );
    await expect(s3.send(new CopyObjectCommand({ ...copy, CopySource: `${Bucket}/none` }))).rejects.toMatchObject(
      refusal('NoSuchKey', 404),
    );
    await expect(s3.send(new CopyObjectCommand({ ...copy, CopySource: 'nothing' }))).rejects.toMatchObject(
      refusal('InvalidArgument', 400),
    );
  });
});

describe('deleting', () => {
  it('forgets an object, and does not mind when there is none', async () => {
    await put('gone', 'x');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    await expect(get('gone')).rejects.toMatchObject(refusal('NoSuchKey', 404));
  });

  it('keeps to the entity tag that was named', async () => {
    await put('kept', 'x');
    const command = new DeleteObjectCommand({ Bucket, Key: 'kept', IfMatch: '"other"' });
    await expect(s3.send(command)).rejects.toMatchObject(refusal('PreconditionFailed', 412));
    expect((await bytesOf('kept')).toString()).toBe('x');
  });

  it('answers for every key of a batch', async () => {
    await Promise.all(['a', 'b', 'c'].map((key) => put(`batch/${key}`, 'x')));
    const Objects = ['batch/a', 'batch/b', 'batch/none', 'k'.repeat(1_025)].map((Key) => ({ Key }));
    const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['batch/a', 'batch/b', 'batch/none']);
    expect(answer.Errors).toMatchObject([{ Key: 'k'.repeat(1_025), Code: 'KeyTooLongError' }]);
    await expect(get('batch/a')).rejects.toMatchObject(refusal('NoSuchKey', 404));
    const quiet = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'batch/c' }], Quiet: true } }),
    );
    expect(quiet.Deleted ?? []).toEqual([]);
    const control = [{ Key: 'batch/a' }, { Key: 'a\u0001b' }];
    await expect(s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: control } }))).rejects.toMatchObject(
      refusal('MalformedXML', 400),
    );
    const many = Array.from({ length: 1_001 }, (_, index) => ({ Key: String(index) }));
    await expect(s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: many } }))).rejects.toMatchObject(
      refusal('MalformedXML', 400),
    );
  });
});
