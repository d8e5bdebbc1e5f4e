import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ChecksumAlgorithm, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MemoryObject, memoryObjects } from './memory-objects.ts';
import { startWireServer, type WireServer } from './server.ts';
import { type RawRequest, sendSigned } from './signed.ts';

const S3 = { service: 's3' };

describe('uploads', () => {
  const objects = new Map<string, MemoryObject>();
  let server: WireServer;
  let s3: S3Client;
  beforeAll(async () => {
    server = await startWireServer([memoryObjects(objects)]);
    s3 = new S3Client(server.client);
  });
  afterAll(() => server.close());

  const algorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;

  it.each(algorithms)('verifies %s in a header and in a trailer', async (algorithm) => {
    const bytes = Buffer.alloc(300_000, 'some text ');
    for (const streamed of [false, true]) {
      const Body = streamed ? Readable.from(pieces(bytes), { objectMode: false }) : bytes;
      const Key = `${algorithm}-${streamed}`;
      await s3.send(
        new PutObjectCommand({
          Bucket: 'b',
          Key,
          Body,
          ContentLength: bytes.length,
          ChecksumAlgorithm: ChecksumAlgorithm[algorithm],
        }),
      );
      const stored = objects.get(`b/${Key}`);
      expect(stored?.bytes.equals(bytes)).toBe(true);
      expect(Object.keys(stored?.checksums ?? {})).toEqual([algorithm]);
      expect(stored?.encoding).toBeUndefined();
    }
  });

  const trailing = (framed: string, headers: Record<string, string> = {}): RawRequest => ({
    method: 'PUT',
    path: '/b/trailing',
    headers: {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'content-encoding': 'gzip,aws-chunked',
      'x-amz-decoded-content-length': '5',
      'x-amz-trailer': 'x-amz-checksum-crc32',
      ...headers,
    },
    body: framed,
  });
  const GOOD = '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n';

  it('takes framing off and keeps the encoding of the object', async () => {
    expect((await sendSigned(server.port, trailing(GOOD), S3)).status).toBe(200);
    expect(objects.get('b/trailing')).toMatchObject({ encoding: 'gzip', checksums: { CRC32: 'NhCmhg==' } });
  });

  it.each([
    ['a wrong checksum', GOOD.replace('NhCmhg==', 'AAAAAA=='), 'BadDigest'],
    ['a missing trailer', '5\r\nhello\r\n0\r\n\r\n', 'MalformedTrailerError'],
    [
      'an unannounced trailer',
      GOOD.replace('crc32:NhCmhg==', 'sha1:qvTGHdzF6KLavt4PO0gs2a6pQ00='),
      'MalformedTrailerError',
    ],
    ['a malformed trailer', GOOD.replace('NhCmhg==', 'nonsense'), 'InvalidRequest'],
    ['fewer bytes than declared', '4\r\nhell\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', 'IncompleteBody'],
    ['more bytes than declared', '6\r\nhello!\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', 'IncompleteBody'],
    ['an early end', '5\r\nhel', 'IncompleteBody'],
    ['no framing at all', 'hello', 'IncompleteBody'],
    ['a malformed size', 'xyz\r\nhello\r\n0\r\n\r\n', 'InvalidRequest'],
    ['an overlong line', `${'1'.repeat(10_000)}\r\n`, 'InvalidRequest'],
  ])('refuses %s and leaves nothing behind', async (_case, framed, code) => {
    objects.delete('b/trailing');
    const answer = await sendSigned(server.port, trailing(framed), S3);
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining(`<Code>${code}</Code>`)]);
    expect(objects.has('b/trailing')).toBe(false);
  });

  const put = (headers: Record<string, string>, body = 'hello') =>
    sendSigned(server.port, { method: 'PUT', path: '/b/plain', headers, body }, S3);

  it('verifies the signed payload hash, Content-MD5 and checksum headers', async () => {
    const other = createHash('sha256').update('other').digest('hex');
    expect((await put({ 'x-amz-content-sha256': other })).body).toContain('XAmzContentSHA256Mismatch');
    expect((await put({ 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==' })).status).toBe(200);
    expect((await put({ 'content-md5': 'AAAAKrxLKna5cZ2REBfFkg==' })).body).toContain('<Code>BadDigest</Code>');
    expect((await put({ 'content-md5': 'short' })).body).toContain('<Code>InvalidDigest</Code>');
    expect((await put({ 'x-amz-checksum-crc32': 'NhCmhg==' })).status).toBe(200);
    expect((await put({ 'x-amz-checksum-crc32': 'AAAAAA==' })).body).toContain('<Code>BadDigest</Code>');
    expect((await put({ 'x-amz-checksum-crc99': 'AAAAAA==' })).status).toBe(400);
    expect((await put({ 'x-amz-content-sha256': 'nonsense' })).body).toContain('<Code>InvalidArgument</Code>');
  });

  it('takes an unsigned payload', async () => {
    expect((await put({ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' })).status).toBe(200);
  });

  it('keeps active content from running in a browser', async () => {
    const types = { 'text/html': true, 'image/svg+xml': true, 'application/xhtml+xml': true, 'text/plain': false };
    for (const [ContentType, sandboxed] of Object.entries(types)) {
      await s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'page', Body: '<script>alert(1)</script>', ContentType }));
      const { headers } = await sendSigned(server.port, { method: 'GET', path: '/b/page' }, S3);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toBe(sandboxed ? 'sandbox' : undefined);
      expect(headers['x-amz-request-id']).toBeDefined();
      expect(headers['x-amz-id-2']).toBeDefined();
    }
  });

  it('gives back what it took', async () => {
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
    await s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'bytes', Body: bytes }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'bytes' }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });
});

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 7001) yield bytes.subarray(at, at + 7001);
}
