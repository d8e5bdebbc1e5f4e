import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryObjects } from './memory-objects.ts';
import { startWireServer, type WireServer } from './server.ts';
import { sendSigned } from './signed.ts';

describe('restXml (S3)', () => {
  let server: WireServer;
  let s3: S3Client;
  beforeAll(async () => {
    server = await startWireServer([memoryObjects()]);
    s3 = new S3Client(server.client);
  });
  afterAll(() => server.close());

  it('puts, gets and lists', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
    const Key = 'a b/é+.txt';
    await s3.send(
      new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'hello', ContentType: 'text/html', Metadata: { who: 'me' } }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key }));
    expect(await got.Body?.transformToString()).toBe('hello');
    expect(got.Metadata).toEqual({ who: 'me' });
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: 'a b/' }));
    expect(Contents).toMatchObject([{ Key, Size: 5 }]);
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key }));
    expect(head.ContentLength).toBe(5);
    const deleted = await s3.send(new DeleteObjectsCommand({ Bucket: 'bucket', Delete: { Objects: [{ Key }] } }));
    expect(deleted.Deleted).toEqual([{ Key }]);
    expect((await s3.send(new GetBucketLocationCommand({ Bucket: 'bucket' }))).LocationConstraint).toBe('eu-west-1');
  });

  it('names the root of a document as the model does', async () => {
    const answer = await sendSigned(server.port, { method: 'GET', path: '/bucket?list-type=2' }, { service: 's3' });
    expect(answer.body).toContain('<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">');
  });

  it('answers what is missing', async () => {
    await expect(s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'none' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'none' }))).rejects.toMatchObject({
      name: 'NotFound',
      $metadata: { httpStatusCode: 404 },
    });
  });
});
