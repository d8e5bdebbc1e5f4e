import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandOutput,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChecksum } from '../../core/checksums.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';

const Bucket = 'uploads-bucket';
const MIB = 1024 ** 2;
let server: TestServer;
let s3: S3Client;
beforeAll(async () => {
  server = await startTestServer();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => server.close());

const refusal = (name: string, status: number) => ({ name, $metadata: { httpStatusCode: status } });
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');
const get = async (Key: string, more: object = {}) => {
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
};
const begin = async (Key: string, more: object = {}) => {
  const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return { Bucket, Key, UploadId };
};
type Begun = Awaited<ReturnType<typeof begin>>;
const sendPart = async (upload: Begun, PartNumber: number, Body: Uint8Array, more: object = {}) => {
  const sent = await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...more }));
  return { PartNumber, ETag: sent.ETag };
};
const complete = (upload: Begun, Parts: { PartNumber: number; ETag: string | undefined }[], more: object = {}) =>
  s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more }));

describe('multipart uploads', () => {
  const parts = [randomBytes(5 * MIB), randomBytes(5 * MIB + 1), randomBytes(100)];
  const whole = Buffer.concat(parts);

  it('become objects that read as one', async () => {
    const upload = await begin('assembled', { ContentType: 'text/x-own', Metadata: { a: 'b' } });
    // In any order, and one of them twice.
    const third = await sendPart(upload, 30, parts[2] as Buffer);
    await sendPart(upload, 1, randomBytes(5 * MIB));
    const [first, second] = [
      await sendPart(upload, 1, parts[0] as Buffer),
      await sendPart(upload, 2, parts[1] as Buffer),
    ];
    await sendPart(upload, 40, randomBytes(10));
    const { ETag } = await complete(upload, [first, second, third]);
    const digests = Buffer.concat(parts.map((part) => createHash('md5').update(part).digest()));
    expect(ETag).toBe(`"${md5(digests)}-3"`);
    const got = await get('assembled');
    expect(got).toMatchObject({ ETag, ContentLength: whole.length, ContentType: 'text/x-own', Metadata: { a: 'b' } });
    expect(whole.equals(got.bytes)).toBe(true);
  });

  it('are read by range, across parts, and by part', async () => {
    const edge = 5 * MIB;
    for (const [start, end] of [
      [0, 0],
      [edge - 1, edge],
      [edge - 10, 2 * edge + 50],
      [whole.length - 1, whole.length - 1],
    ] as const) {
      const answer = await get('assembled', { Range: `bytes=${start}-${end}` });
      expect(whole.subarray(start, end + 1).equals(answer.bytes)).toBe(true);
    }
    const part = await get('assembled', { PartNumber: 2 });
    expect(part).toMatchObject({ PartsCount: 3, ContentLength: 5 * MIB + 1, $metadata: { httpStatusCode: 206 } });
    expect((parts[1] as Buffer).equals(part.bytes)).toBe(true);
    await expect(get('assembled', { PartNumber: 3 })).rejects.toMatchObject(refusal('InvalidPartNumber', 416));
  });

  it('tell their parts', async () => {
    const command = new GetObjectAttributesCommand({
      ...{ Bucket, Key: 'assembled', MaxParts: 2 },
      ObjectAttributes: ['ObjectParts', 'ObjectSize'],
    });
    const answer = await s3.send(command);
    expect(answer.ObjectSize).toBe(whole.length);
    expect(answer.ObjectParts).toMatchObject({ TotalPartsCount: 3, IsTruncated: true, NextPartNumberMarker: '2' });
  });

  it('are copied and overwritten like others', async () => {
    const copied = new UploadPartCopyCommand({
      ...(await begin('of-copies')),
      ...{ PartNumber: 1, CopySource: `${Bucket}/assembled`, CopySourceRange: `bytes=${5 * MIB - 3}-${5 * MIB + 3}` },
    });
    const { CopyPartResult } = await s3.send(copied);
    const { UploadId = '' } = copied.input;
    await complete({ Bucket, Key: 'of-copies', UploadId }, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
    expect((await get('of-copies')).bytes).toEqual(whole.subarray(5 * MIB - 3, 5 * MIB + 4));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'assembled', Body: 'small' }));
    expect((await get('assembled')).bytes.toString()).toBe('small');
  });

  it('are refused when a part is missing, changed, small or out of order', async () => {
    const upload = await begin('refused');
    const [first, second] = [
      await sendPart(upload, 1, parts[2] as Buffer),
      await sendPart(upload, 2, parts[2] as Buffer),
    ];
    await expect(complete(upload, [first, second])).rejects.toMatchObject(refusal('EntityTooSmall', 400));
    await expect(complete(upload, [second, first])).rejects.toMatchObject(refusal('InvalidPartOrder', 400));
    await expect(complete(upload, [first, first])).rejects.toMatchObject(refusal('InvalidPartOrder', 400));
    await expect(complete(upload, [])).rejects.toMatchObject(refusal('MalformedXML', 400));
    await expect(complete(upload, [{ PartNumber: 3, ETag: first.ETag }])).rejects.toMatchObject(
      refusal('InvalidPart', 400),
    );
    await expect(complete(upload, [{ PartNumber: 1, ETag: '"other"' }])).rejects.toMatchObject(
      refusal('InvalidPart', 400),
    );
    await expect(complete(upload, [first], { MpuObjectSize: 99 })).rejects.toMatchObject(
      refusal('InvalidRequest', 400),
    );
    await expect(sendPart(upload, 0, Buffer.of(1))).rejects.toMatchObject(refusal('InvalidArgument', 400));
    await expect(sendPart(upload, 10_001, Buffer.of(1))).rejects.toMatchObject(refusal('InvalidArgument', 400));
    await complete(upload, [first], { MpuObjectSize: 100 });
    expect((await get('refused')).ContentLength).toBe(100);
  });

  it('know only their own bucket, key and id', async () => {
    const upload = await begin('named');
    const gone = refusal('NoSuchUpload', 404);
    await expect(sendPart({ ...upload, Key: 'other' }, 1, Buffer.of(1))).rejects.toMatchObject(gone);
    await expect(sendPart({ ...upload, UploadId: 'invented' }, 1, Buffer.of(1))).rejects.toMatchObject(gone);
    await s3.send(new AbortMultipartUploadCommand(upload));
    await expect(sendPart(upload, 1, Buffer.of(1))).rejects.toMatchObject(gone);
    await expect(s3.send(new ListPartsCommand(upload))).rejects.toMatchObject(gone);
    await expect(s3.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject(gone);
  });

  it('are completed under conditions', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'present', Body: 'x' }));
    const upload = await begin('present');
    const part = await sendPart(upload, 1, Buffer.from('y'));
    await expect(complete(upload, [part], { IfNoneMatch: '*' })).rejects.toMatchObject(
      refusal('PreconditionFailed', 412),
    );
    await complete(upload, [part], { IfMatch: `"${md5(Buffer.from('x'))}"` });
    expect((await get('present')).bytes.toString()).toBe('y');
  });

  it('list their parts page by page', async () => {
    const upload = await begin('paged');
    for (const number of [1, 3, 5]) await sendPart(upload, number, Buffer.of(number));
    const page = await s3.send(new ListPartsCommand({ ...upload, MaxParts: 2 }));
    expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '3', MaxParts: 2 });
    const { NextPartNumberMarker } = page;
    const rest = await s3.send(new ListPartsCommand({ ...upload, PartNumberMarker: NextPartNumberMarker }));
    expect(rest.Parts).toMatchObject([{ PartNumber: 5, Size: 1, ETag: `"${md5(Buffer.of(5))}"` }]);
    expect(rest.IsTruncated).toBe(false);
  });
});

describe('completing an upload again, as after a lost answer', () => {
  const gone = refusal('NoSuchUpload', 404);
  const told = ({ ETag, Location, ChecksumCRC32, ChecksumType }: CompleteMultipartUploadCommandOutput) => ({
    ...{ ETag, Location, ChecksumCRC32, ChecksumType },
  });

  it('gives the same result, whatever became of the object since', async () => {
    const upload = await begin('again', { ChecksumAlgorithm: 'CRC32' });
    const part = await sendPart(upload, 1, Buffer.from('once'), { ChecksumAlgorithm: 'CRC32' });
    // The condition held when the upload was completed; that it does not hold now is the upload's own doing.
    const [done, again] = [await complete(upload, [part], { IfNoneMatch: '*' }), await complete(upload, [part])];
    expect(done.ChecksumCRC32).toBeDefined();
    expect(told(again)).toEqual(told(done));
    expect(told(await complete(upload, [part], { IfNoneMatch: '*', MpuObjectSize: 4 }))).toEqual(told(done));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'again', Body: 'overwritten' }));
    expect(told(await complete(upload, [part]))).toEqual(told(done));
    expect((await get('again')).bytes.toString()).toBe('overwritten');
  });

  it('gives one result to two at once', async () => {
    const upload = await begin('at-once');
    const part = await sendPart(upload, 1, Buffer.from('x'));
    const [one, other] = await Promise.all([complete(upload, [part]), complete(upload, [part])]);
    expect(told(one)).toEqual(told(other));
  });

  it('is refused with other parts, under another key, after an abort, and in a bucket made anew', async () => {
    const bucket = 'completed-again';
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'own' }));
    const upload = { Bucket: bucket, Key: 'own', UploadId };
    const parts = [await sendPart(upload, 1, Buffer.alloc(5 * MIB)), await sendPart(upload, 2, Buffer.from('b'))];
    await complete(upload, parts);
    for (const others of [parts.slice(0, 1), parts.slice(1), [{ PartNumber: 1, ETag: '"other"' }]]) {
      await expect(complete(upload, others)).rejects.toMatchObject(gone);
    }
    await expect(complete({ ...upload, Key: 'other' }, parts)).rejects.toMatchObject(gone);
    await expect(s3.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject(gone);
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'own' }));
    await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await expect(complete(upload, parts)).rejects.toMatchObject(gone);
    const aborted = await begin('aborted');
    const part = await sendPart(aborted, 1, Buffer.from('x'));
    await s3.send(new AbortMultipartUploadCommand(aborted));
    await expect(complete(aborted, [part])).rejects.toMatchObject(gone);
  });

  it('is remembered for a day', async () => {
    const upload = await begin('remembered');
    const part = await sendPart(upload, 1, Buffer.from('x'));
    const done = await complete(upload, [part]);
    const age = (hours: number) =>
      server.database.system(
        'update object_uploads_completed set completed_at = now() - make_interval(hours => :hours) where upload_id = :id',
        { hours, id: upload.UploadId },
      );
    await age(23);
    await server.objects.sweep();
    expect(told(await complete(upload, [part]))).toEqual(told(done));
    await age(25);
    await server.objects.sweep();
    await expect(complete(upload, [part])).rejects.toMatchObject(gone);
    expect((await get('remembered')).bytes.toString()).toBe('x');
  });
});

describe('the uploads of a bucket', () => {
  it('are listed by key and id, with prefixes, page by page', async () => {
    const own = 'listed-uploads';
    await s3.send(new CreateBucketCommand({ Bucket: own }));
    const keys = ['a/1', 'a/2', 'b', 'b', 'c/1', 'd'];
    for (const Key of keys) await s3.send(new CreateMultipartUploadCommand({ Bucket: own, Key }));
    const list = (more: object) => s3.send(new ListMultipartUploadsCommand({ Bucket: own, ...more }));
    expect((await list({})).Uploads?.map(({ Key }) => Key)).toEqual(keys);
    const grouped = await list({ Delimiter: '/' });
    expect(grouped.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['a/', 'c/']);
    expect(grouped.Uploads?.map(({ Key }) => Key)).toEqual(['b', 'b', 'd']);
    expect((await list({ Prefix: 'a/' })).Uploads).toHaveLength(2);
    for (const options of [{}, { Delimiter: '/' }]) {
      const seen: (string | undefined)[] = [];
      let marker: object = {};
      for (;;) {
        const page = await list({ ...options, ...marker, MaxUploads: 1 });
        seen.push(
          ...(page.Uploads ?? []).map(({ Key }) => Key),
          ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
        );
        if (!page.IsTruncated) break;
        marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      }
      expect(seen).toEqual('Delimiter' in options ? ['a/', 'b', 'b', 'c/', 'd'] : keys);
    }
    // A bucket without objects can be deleted whatever is under way in it.
    await s3.send(new DeleteBucketCommand({ Bucket: own }));
  });
});

describe('checksums of multipart uploads', () => {
  const parts = [randomBytes(5 * MIB), randomBytes(1_000)];
  const sum = (algorithm: 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA256', ...chunks: Uint8Array[]) => {
    const checksum = createChecksum(algorithm);
    for (const chunk of chunks) checksum.update(chunk);
    return checksum.digest();
  };

  it.each([
    ['CRC32', 'FULL_OBJECT'],
    ['CRC64NVME', 'FULL_OBJECT'],
    ['CRC32C', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
  ] as const)('%s %s', async (ChecksumAlgorithm, ChecksumType) => {
    const upload = await begin('summed', { ChecksumAlgorithm, ChecksumType });
    const sent: { PartNumber: number; ETag: string | undefined }[] = [];
    for (const [index, Body] of parts.entries()) {
      const part = await s3.send(new UploadPartCommand({ ...upload, PartNumber: index + 1, Body, ChecksumAlgorithm }));
      const value = part[`Checksum${ChecksumAlgorithm}`];
      expect(value).toBe(sum(ChecksumAlgorithm, Body).toString('base64'));
      sent.push({ PartNumber: index + 1, ETag: part.ETag, [`Checksum${ChecksumAlgorithm}`]: value } as never);
    }
    const composite = sum(ChecksumAlgorithm, ...parts.map((part) => sum(ChecksumAlgorithm, part)));
    const expected =
      ChecksumType === 'COMPOSITE'
        ? `${composite.toString('base64')}-2`
        : sum(ChecksumAlgorithm, ...parts).toString('base64');
    const wrong = { [`Checksum${ChecksumAlgorithm}`]: Buffer.alloc(4).toString('base64'), ChecksumType };
    await expect(complete(upload, sent, wrong)).rejects.toMatchObject(refusal('BadDigest', 400));
    const done = await complete(upload, sent, { [`Checksum${ChecksumAlgorithm}`]: expected, ChecksumType });
    expect(done).toMatchObject({ [`Checksum${ChecksumAlgorithm}`]: expected, ChecksumType });
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'summed', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ [`Checksum${ChecksumAlgorithm}`]: expected, ChecksumType });
  });

  it('are wanted of every part when the upload has an algorithm', async () => {
    const plain = server.client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    const upload = await begin('strict', { ChecksumAlgorithm: 'SHA256' });
    const part = new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'x' });
    await expect(plain.send(part)).rejects.toMatchObject(refusal('InvalidRequest', 400));
  });

  it('are of a type that the algorithm can have', async () => {
    const impossible = { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' } as const;
    await expect(begin('impossible', impossible)).rejects.toMatchObject(refusal('InvalidRequest', 400));
  });
});

describe("lib-storage's Upload", () => {
  it('streams what has no known length', async () => {
    const chunks = Array.from({ length: 13 }, () => randomBytes(MIB));
    const upload = new Upload({
      client: s3,
      params: { Bucket, Key: 'streamed', Body: Readable.from(chunks), ContentType: 'application/x-own' },
      partSize: 5 * MIB,
    });
    const done = await upload.done();
    expect(done.ETag).toMatch(/-3"$/);
    const got = await get('streamed');
    expect(Buffer.concat(chunks).equals(got.bytes)).toBe(true);
    expect(got.ContentType).toBe('application/x-own');
  });
});

describe('bytes that nothing names any more', () => {
  it('are removed by the sweep, and only they', async () => {
    const ids = async () => {
      const found: string[] = [];
      for await (const id of server.store.list()) found.push(id);
      return found.length;
    };
    const sweep = () => server.objects.sweep({ graceSeconds: 0 });
    await sweep();
    const before = await ids();
    const put = (Key: string, Body: Uint8Array) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    await put('swept', randomBytes(10_000));
    await put('swept', randomBytes(10_000));
    const upload = await begin('swept-parts');
    await sendPart(upload, 1, randomBytes(10));
    await sendPart(upload, 1, randomBytes(10));
    await s3.send(new AbortMultipartUploadCommand(upload));
    const finished = await begin('swept-parts');
    const part = await sendPart(finished, 1, randomBytes(10));
    await sendPart(finished, 2, randomBytes(10));
    await complete(finished, [part]);
    expect(await ids()).toBe(before + 6);
    expect(await sweep()).toEqual({ removed: 4, held: 0, failed: 0 });
    expect(await ids()).toBe(before + 2);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'swept' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'swept-parts' }));
    expect(await server.objects.sweep()).toEqual({ removed: 0, held: 0, failed: 0 });
    expect(await sweep()).toEqual({ removed: 2, held: 0, failed: 0 });
    expect(await ids()).toBe(before);
  });

  it('stay as long as somebody reads them', async () => {
    const upload = await begin('read');
    const parts = [randomBytes(6 * MIB), randomBytes(6 * MIB)];
    const first = await sendPart(upload, 1, parts[0] as Buffer);
    await complete(upload, [first, await sendPart(upload, 2, parts[1] as Buffer)]);
    const signal = new AbortController().signal;
    const opened = await server.objects.openObject({ account: '111111111111', region: 'us-east-1' }, Bucket, 'read', {
      signal,
    });
    expect(opened.bytesIds).toHaveLength(2);
    const reading = opened.stream[Symbol.asyncIterator]();
    const chunks: Buffer[] = [(await reading.next()).value];
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'read' }));
    expect(await server.objects.sweep({ graceSeconds: 0 })).toEqual({ removed: 0, held: 2, failed: 0 });
    for await (const chunk of { [Symbol.asyncIterator]: () => reading }) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(Buffer.concat(parts))).toBe(true);
    expect(await server.objects.sweep({ graceSeconds: 0 })).toEqual({ removed: 2, held: 0, failed: 0 });
  });
});
