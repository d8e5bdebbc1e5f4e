import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { RequestBody } from '../body.ts';
import type { WireRequest } from '../request.ts';
import { readCredential, type SignedCredential } from '../signature/credential.ts';
import { createSigningKeys } from '../signature/signing-key.ts';
import { verifySignature } from '../signature/verify.ts';
import { AwsChunkedDecoder } from './aws-chunked.ts';

// "Example: PUT object" of "Signature calculations for the Authorization header: transferring payload in multiple chunks
// (chunked upload)", Amazon S3 API reference: 65 KB of the letter a.
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const COMMON = {
  host: 's3.amazonaws.com',
  'x-amz-date': '20130524T000000Z',
  'x-amz-storage-class': 'REDUCED_REDUNDANCY',
  'content-encoding': 'aws-chunked',
  'x-amz-decoded-content-length': '66560',
};
const AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';

const SIGNED = {
  headers: {
    ...COMMON,
    authorization: `${AUTHORIZATION},SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9`,
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'content-length': '66824',
  },
  signatures: [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ],
  trailer: '',
};

// The same with a signed trailer: "… chunked upload with trailing headers".
const TRAILER_SIGNATURE = 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435';
const TRAILED = {
  headers: {
    ...COMMON,
    authorization: `${AUTHORIZATION},SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer,Signature=106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e`,
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    'x-amz-trailer': 'x-amz-checksum-crc32c',
  },
  signatures: [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ],
  trailer: `x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:${TRAILER_SIGNATURE}\r\n`,
};

type Example = typeof SIGNED | typeof TRAILED;

function framed({ signatures, trailer }: Example, letter = 'a'): Buffer {
  const [first, second, last] = signatures;
  const chunks = `10000;chunk-signature=${first}\r\n${letter.repeat(65536)}\r\n400;chunk-signature=${second}\r\n${'a'.repeat(1024)}\r\n`;
  return Buffer.from(`${chunks}0;chunk-signature=${last}\r\n${trailer}\r\n`);
}

async function createDecoder({ headers }: Example): Promise<AwsChunkedDecoder> {
  const path = '/examplebucket/chunkObject.txt';
  const request: WireRequest = {
    ...{ method: 'PUT', rawPath: path, signedPath: path, rawQuery: '', query: new Map(), headers },
    ...{ host: headers.host, origin: { sourceAddress: undefined, secure: false } },
    body: new RequestBody(Readable.from([]), { limit: 0, headers, start: undefined, empty: false }),
  };
  const credential = readCredential(request) as SignedCredential;
  const now = Date.UTC(2013, 4, 24);
  const signatures = await verifySignature({ credential, request, secret: SECRET, keys: createSigningKeys(), now });
  return new AwsChunkedDecoder({ headers, signatures, signedTrailer: 'x-amz-trailer' in headers });
}

async function decode(example: Example, bytes: Buffer, step: number) {
  const decoder = await createDecoder(example);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += step) pieces.push(...decoder.write(bytes.subarray(at, at + step)));
  decoder.end();
  return { bytes: Buffer.concat(pieces), checksums: decoder.checksums };
}

const WHOLE = Buffer.alloc(66560, 'a');

describe('aws-chunked', () => {
  it.each([1, 7, 1000, 1_000_000])('verifies the published examples in pieces of %d bytes', async (step) => {
    expect((await decode(SIGNED, framed(SIGNED), step)).bytes.equals(WHOLE)).toBe(true);
    const { bytes, checksums } = await decode(TRAILED, framed(TRAILED), step);
    expect(bytes.equals(WHOLE)).toBe(true);
    expect(checksums).toEqual({ CRC32C: 'sOO8/Q==' });
  });

  it('refuses changed bytes, a changed trailer and a missing signature of it', async () => {
    const message = 'The signature of a piece of the request body does not match.';
    await expect(decode(SIGNED, framed(SIGNED, 'b'), 1000)).rejects.toThrow(message);
    const changed = { ...TRAILED, trailer: TRAILED.trailer.replace('sOO8', 'sOO9') };
    await expect(decode(TRAILED, framed(changed), 1000)).rejects.toThrow(message);
    const unsigned = { ...TRAILED, trailer: 'x-amz-checksum-crc32c:sOO8/Q==\r\n' };
    await expect(decode(TRAILED, framed(unsigned), 1000)).rejects.toMatchObject({ code: 'trailer-malformed' });
  });

  it('refuses an end before the last chunk', async () => {
    const early = framed(SIGNED).subarray(0, 66_000);
    await expect(decode(SIGNED, early, 1000)).rejects.toMatchObject({ code: 'body-incomplete' });
  });
});
