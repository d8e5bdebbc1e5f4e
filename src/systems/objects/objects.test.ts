import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECOND, startTestServer, type TestServer } from './start-test-server.ts';

const Bucket = 'objects-bucket';
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

describe('putting and getting', () => {
  it.each([0, 1, 4_096, 4_097, 1_000_000])('keeps %i bytes as they are', async (size) => {
    const bytes = randomBytes(size);
    const { ETag } = await put('sized', bytes);
    expect(ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`);
    const got = await get('sized');
    expect(got).toMatchObject({ ETag, ContentLength: size, AcceptRanges: 'bytes' });
    expect(bytes.equals(got.bytes)).toBe(true);
  });

  it('gives back what an uploader said of an object', async () => {
    const described = {
      ContentType: 'text/plain; charset=utf-8',
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="a.txt"',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      Metadata: { author: 'me', empty: '' },
    };
    const expires = new Date('2030-01-02T03:04:05Z');
    await put('described', 'x', { ...described, Expires: expires });
    for (const answer of [await get('described'), await s3.send(new HeadObjectCommand({ Bucket, Key: 'described' }))]) {
      expect(answer).toMatchObject({ ...described, ContentLength: 1 });
      expect(answer.ExpiresString).toBe('Wed, 02 Jan 2030 03:04:05 GMT');
      expect(Math.abs((answer.LastModified?.getTime() ?? 0) - Date.now())).toBeLessThan(10_000);
    }
  });

  it('answers what a reader asks for in place of the stored headers', async () => {
    await put('described', 'x', { ContentType: 'text/plain' });
    const overrides = { ResponseContentType: 'application/x-own', ResponseContentDisposition: 'inline' };
    expect(await get('described', overrides)).toMatchObject({
      ContentType: 'application/x-own',
      ContentDisposition: 'inline',
    });
  });

  it('has a default content type', async () => {
    await put('untyped', 'x');
    const untyped = await fetch(await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'untyped' })));
    expect(untyped.headers.get('content-type')).toBe('application/octet-stream');
  });

  it('refuses more than 2 KB of metadata', async () => {
    await expect(put('much', 'x', { Metadata: { a: 'b'.repeat(2_048) } })).rejects.toMatchObject(
      refusal('MetadataTooLarge', 400),
    );
  });

  it.each([
    ['CRC32', 'CRC32'],
    ['CRC32C', 'CRC32C'],
    ['CRC64NVME', 'CRC64NVME'],
    ['SHA1', 'SHA1'],
    ['SHA256', 'SHA256'],
  ] as const)('keeps the %s checksum and gives it back when asked', async (ChecksumAlgorithm, name) => {
    const sent = await put('summed', 'content', { ChecksumAlgorithm });
    const value = sent[`Checksum${name}`];
    expect(value).toBeTruthy();
    expect(sent.ChecksumType).toBe('FULL_OBJECT');
    const asked = await s3.send(new HeadObjectCommand({ Bucket, Key: 'summed', ChecksumMode: 'ENABLED' }));
    expect(asked[`Checksum${name}`]).toBe(value);
    const unasked = await s3.send(new HeadObjectCommand({ Bucket, Key: 'summed' }));
    expect(unasked[`Checksum${name}`]).toBeUndefined();
  });

  it('keeps nothing of a body that is not what was announced', async () => {
    await put('whole', 'before');
    const wrong = createHash('md5').update('other').digest('base64');
    await expect(put('whole', 'after', { ContentMD5: wrong })).rejects.toMatchObject(refusal('BadDigest', 400));
    await expect(put('whole', randomBytes(100_000), { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject(
      refusal('BadDigest', 400),
    );
    expect((await bytesOf('whole')).toString()).toBe('before');
  });
});

describe('ranges', () => {
  const bytes = randomBytes(10_000);
  it.each([
    ['in its row', 4_000],
    ['in the store', 10_000],
  ])('are read of an object %s', async (key, size) => {
    await put(key, bytes.subarray(0, size));
    for (const [Range, start, end] of [
      ['bytes=0-0', 0, 0],
      ['bytes=100-2999', 100, 2_999],
      [`bytes=${size - 10}-`, size - 10, size - 1],
      ['bytes=-10', size - 10, size - 1],
      ['bytes=-20000', 0, size - 1],
      ['bytes=3000-99999', 3_000, size - 1],
    ] as const) {
      const answer = await get(key, { Range });
      expect(answer.$metadata.httpStatusCode).toBe(206);
      expect(answer.ContentRange).toBe(`bytes ${start}-${end}/${size}`);
      expect(bytes.subarray(start, end + 1).equals(answer.bytes)).toBe(true);
    }
  });

  it('refuses what cannot be satisfied and ignores what is no range', async () => {
    await put('ranged', bytes);
    await put('nothing', '');
    for (const Range of ['bytes=10000-', 'bytes=-0']) {
      await expect(get('ranged', { Range })).rejects.toMatchObject(refusal('InvalidRange', 416));
    }
    await expect(get('nothing', { Range: 'bytes=0-' })).rejects.toMatchObject(refusal('InvalidRange', 416));
    for (const Range of ['bytes=5-2', 'items=0-1', 'bytes=0-1,5-6', 'bytes=-']) {
      expect((await get('ranged', { Range })).$metadata.httpStatusCode).toBe(200);
    }
  });

  it('answers HEAD with the length of the range', async () => {
    await put('ranged', bytes);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'ranged', Range: 'bytes=5-9' }));
    expect(head).toMatchObject({
      ContentLength: 5,
      ContentRange: 'bytes 5-9/10000',
      $metadata: { httpStatusCode: 206 },
    });
  });
});

describe('conditions', () => {
  const past = new Date(Date.now() - 3_600_000);
  const future = new Date(Date.now() + 3_600_000);

  it('are checked before reading', async () => {
    const { ETag = '' } = await put('conditional', 'x');
    for (const passing of [
      { IfMatch: ETag },
      { IfMatch: '*' },
      { IfMatch: `"other", ${ETag}`, IfUnmodifiedSince: past },
      { IfNoneMatch: '"other"', IfModifiedSince: future },
      { IfUnmodifiedSince: future },
      { IfModifiedSince: past },
    ]) {
      expect((await bytesOf('conditional', passing)).toString()).toBe('x');
    }
    for (const failing of [{ IfMatch: '"other"' }, { IfUnmodifiedSince: past }]) {
      await expect(get('conditional', failing)).rejects.toMatchObject(refusal('PreconditionFailed', 412));
    }
    for (const unchanged of [{ IfNoneMatch: ETag }, { IfNoneMatch: '*' }, { IfModifiedSince: future }]) {
      await expect(get('conditional', unchanged)).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    }
  });

  it('says which object has not changed, without a body', async () => {
    const { ETag = '' } = await put('conditional', 'x');
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'conditional' }));
    const answer = await fetch(url, { headers: { 'if-none-match': ETag } });
    expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([304, ETag, '']);
  });

  it('keep two writers from overwriting each other', async () => {
    const { ETag = '' } = await put('once', 'first', { IfNoneMatch: '*' });
    await expect(put('once', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject(refusal('PreconditionFailed', 412));
    await put('once', 'second', { IfMatch: ETag });
    await expect(put('once', 'third', { IfMatch: ETag })).rejects.toMatchObject(refusal('PreconditionFailed', 412));
    await expect(put('nowhere', 'x', { IfMatch: ETag })).rejects.toMatchObject(refusal('NoSuchKey', 404));
    const races = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => put('race', randomBytes(5_000 + index), { IfNoneMatch: '*' })),
    );
    expect(races.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await bytesOf('once')).toString()).toBe('second');
  });
});

describe('keys', () => {
  it.each([
    '../../etc/passwd',
    '/leading',
    'a//b',
    './x/../y',
    '..',
    'trailing/',
    'ünïcödé/日本語/😀',
    'a b+c%20d&e=f?g#h',
    'quote\'"<>\\|',
    '\u0001\u001f\u007f',
    'k'.repeat(1_024),
    'é'.repeat(512),
    'CON',
  ])('are only names: %j', async (key) => {
    await put(key, `content of ${key}`);
    expect((await bytesOf(key)).toString()).toBe(`content of ${key}`);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
    await expect(get(key)).rejects.toMatchObject(refusal('NoSuchKey', 404));
  });

  it('longer than 1,024 bytes or with a NUL are refused', async () => {
    await expect(put('k'.repeat(1_025), 'x')).rejects.toMatchObject(refusal('KeyTooLongError', 400));
    await expect(put('é'.repeat(513), 'x')).rejects.toMatchObject(refusal('KeyTooLongError', 400));
    await expect(put('a\0b', 'x')).rejects.toMatchObject(refusal('InvalidArgument', 400));
    await expect(get('a\0b')).rejects.toMatchObject(refusal('NoSuchKey', 404));
  });
});

describe('presigned URLs', () => {
  it('put and get without a client', async () => {
    const upload = await getSignedUrl(
      s3,
      new PutObjectCommand({ Bucket, Key: 'presigned', ContentType: 'text/plain' }),
    );
    expect(
      (await fetch(upload, { method: 'PUT', body: 'by url', headers: { 'content-type': 'text/plain' } })).status,
    ).toBe(200);
    const download = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'presigned' }));
    expect(await (await fetch(download)).text()).toBe('by url');
    const changed = await fetch(download.replace('/presigned?', '/other?'));
    expect([changed.status, await changed.text()]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
  });

  it('serve a page so that no browser runs it', async () => {
    const page = '<script>alert(1)</script>';
    for (const ContentType of ['text/html', 'image/svg+xml', 'application/xhtml+xml']) {
      await put('page', page, { ContentType });
      const answer = await fetch(await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'page' })));
      expect(answer.headers.get('content-security-policy')).toBe('sandbox');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(await answer.text()).toBe(page);
    }
    const disguised = new GetObjectCommand({ Bucket, Key: 'page', ResponseContentType: 'text/html' });
    const answer = await fetch(await getSignedUrl(s3, disguised));
    expect(answer.headers.get('content-security-policy')).toBe('sandbox');
  });
});

describe('what is kept with an object', () => {
  it('gives storage class and website redirect back', async () => {
    await put('kept', 'x', { StorageClass: 'GLACIER', WebsiteRedirectLocation: '/elsewhere' });
    expect(await get('kept')).toMatchObject({ StorageClass: 'GLACIER', WebsiteRedirectLocation: '/elsewhere' });
    await expect(put('other', 'x', { StorageClass: 'EXPRESS_ONEZONE' })).rejects.toMatchObject(
      refusal('InvalidStorageClass', 400),
    );
  });

  it('refuses a lock where the bucket has none', async () => {
    await expect(put('held', 'x', { ObjectLockLegalHoldStatus: 'ON' })).rejects.toMatchObject(
      refusal('InvalidRequest', 400),
    );
  });
});

describe('what is not built', () => {
  it.each([['dual-layer encryption', { ServerSideEncryption: 'aws:kms:dsse' }]])(
    'is refused by name: %s',
    async (_what, more) => {
      await expect(put('refused', 'x', more)).rejects.toMatchObject(refusal('NotImplemented', 501));
      await expect(get('refused')).rejects.toMatchObject(refusal('NoSuchKey', 404));
    },
  );

  it('lets what means nothing here pass', async () => {
    await put('plain', 'x', { ACL: 'bucket-owner-full-control', StorageClass: 'STANDARD', BucketKeyEnabled: false });
  });
});

describe('accounts', () => {
  it('do not see each other', async () => {
    const other = server.client({ account: SECOND });
    await put('secret', 'x');
    const denied = refusal('AccessDenied', 403);
    await expect(other.send(new GetObjectCommand({ Bucket, Key: 'secret' }))).rejects.toMatchObject(denied);
    await expect(other.send(new PutObjectCommand({ Bucket, Key: 'x', Body: '' }))).rejects.toMatchObject(denied);
    await expect(get('secret', { ExpectedBucketOwner: SECOND })).rejects.toMatchObject(denied);
  });

  it('use a bucket from any region', async () => {
    await put('far', 'x');
    const elsewhere = server.client({ region: 'ap-southeast-2' });
    const answer = await elsewhere.send(new GetObjectCommand({ Bucket, Key: 'far' }));
    expect(await answer.Body?.transformToString()).toBe('x');
  });
});

describe('attributes', () => {
  it('are told as asked', async () => {
    const { ETag = '' } = await put('attributes', 'x', { ChecksumAlgorithm: 'SHA256' });
    const answer = await s3.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: 'attributes',
        ObjectAttributes: ['ETag', 'ObjectSize', 'Checksum', 'StorageClass', 'ObjectParts'],
      }),
    );
    expect(answer).toMatchObject({ ETag: ETag.replaceAll('"', ''), ObjectSize: 1, StorageClass: 'STANDARD' });
    expect(answer.Checksum?.ChecksumSHA256).toBeTruthy();
    expect(answer.ObjectParts).toBeUndefined();
  });
});

describe('an upload that is broken off', () => {
  it('leaves nothing behind and changes nothing', async () => {
    await put('broken', 'before');
    const url = new URL(await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'broken' })));
    const idsBefore = await storedIds();
    await new Promise<void>((resolve) => {
      const upload = request(url, { method: 'PUT', headers: { 'content-length': 1_000_000 } });
      upload.on('error', () => resolve());
      upload.write(randomBytes(500_000), () => setTimeout(() => upload.destroy(new Error('gone')), 50));
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await bytesOf('broken')).toString()).toBe('before');
    expect(await storedIds()).toEqual(idsBefore);
  });
});

async function storedIds(): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of server.store.list()) ids.push(id);
  return ids.sort();
}
