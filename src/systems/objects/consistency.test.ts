import { createHash, randomBytes, randomInt } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FIRST, startTestServer, type TestServer } from './start-test-server.ts';

const Bucket = 'consistent';
let server: TestServer;
let s3: S3Client;
beforeAll(async () => {
  server = await startTestServer();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => server.close());

const anyKey = () => `key-${randomInt(4)}`;
// Some in the row, most in the store.
const anyBytes = () => randomBytes([10, 5_000, 70_000][randomInt(3)] ?? 0);

const ACTIONS: readonly (() => Promise<unknown>)[] = [
  () => s3.send(new PutObjectCommand({ Bucket, Key: anyKey(), Body: anyBytes() })),
  () => s3.send(new CopyObjectCommand({ Bucket, Key: anyKey(), CopySource: `${Bucket}/${anyKey()}` })),
  () => s3.send(new DeleteObjectCommand({ Bucket, Key: anyKey() })),
  () => upload('complete'),
  () => upload('abort'),
  read,
];

async function upload(end: 'complete' | 'abort'): Promise<void> {
  const Key = anyKey();
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: anyBytes() }));
  const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 2, Body: anyBytes() }));
  const Parts = [{ PartNumber: 2, ETag }];
  if (end === 'abort') await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  else await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
}

/** Whatever is read is one whole version: its bytes have the entity tag that it came with. */
async function read(): Promise<void> {
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key: anyKey() }));
  const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
  const md5 = createHash('md5').update(bytes).digest();
  const ofOnePart = `${createHash('md5').update(md5).digest('hex')}-1`;
  expect([`"${md5.toString('hex')}"`, `"${ofOnePart}"`]).toContain(answer.ETag);
}

// There may be no object to read or copy, and a copy may be onto itself.
const EXPECTED = ['NoSuchKey', 'InvalidRequest'];

async function work(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const action = ACTIONS[randomInt(ACTIONS.length)] ?? read;
    await action().catch((error: unknown) => {
      if (!(error instanceof S3ServiceException && EXPECTED.includes(error.name))) throw error;
    });
  }
}

it('no version is ever mixed, missing or left behind, whatever happens at once', async () => {
  let working = true;
  const sweeping = (async () => {
    while (working) {
      await server.objects.sweep({ graceSeconds: 3 });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  await Promise.all(Array.from({ length: 6 }, () => work(40)));
  working = false;
  await sweeping;
  for await (const { key } of server.objects.listObjects({ account: FIRST, region: 'us-east-1' }, Bucket)) {
    await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
  }
  await server.objects.sweep({ graceSeconds: 0 });
  const left: string[] = [];
  for await (const id of server.store.list()) left.push(id);
  expect(left).toEqual([]);
  const rows = await server.database.system('select part_number from object_parts');
  expect(rows).toEqual([]);
});
