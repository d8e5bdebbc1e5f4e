import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientOptions, startTestServer, type TestServer } from './start-test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket: 'hostile' }));
  await s3.send(new PutObjectCommand({ Bucket: 'hostile', Key: 'key', Body: 'x' }));
});
afterAll(() => server.close());

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: string;
}

class NodeSha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret ? createHmac('sha256', secret as string) : createHash('sha256');
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

/** Sends a signed request that no SDK would make; gives the status. */
async function send({ method, path, query, headers, body }: Asked): Promise<number> {
  const { hostname, port, host } = new URL(server.endpoint);
  const { credentials, region } = clientOptions(server.endpoint);
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256: NodeSha256 as never,
    uriEscapePath: false,
  });
  const signed = await signer.sign({
    ...{ method, path, query, hostname, port: Number(port), protocol: 'http:' },
    headers: {
      ...headers,
      host,
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      'content-length': String(Buffer.byteLength(body)),
    },
  });
  const encoded = Object.entries(query).map((pair) => pair.map(encodeRfc3986).join('='));
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      hostname,
      port,
      method,
      headers: signed.headers,
      path: `${path}?${encoded.join('&')}`,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    });
    outgoing.end(body);
  });
}

function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const NASTY = [
  '',
  '\0',
  'a\0b',
  '\r\n',
  '-1',
  '0',
  '1',
  '99999999999999999999',
  'NaN',
  '1e309',
  '*',
  '"',
  "';--",
  '../..',
  '\uffff',
  '%',
  '<x>',
  'null',
];
const nasty = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text).toString()),
);
const header = fc.oneof(
  fc.constantFrom(...NASTY.filter((text) => /^[\x20-\x7e]*$/.test(text))),
  fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).map((text) => text.trim()),
);
const PARAMETERS = [
  ...[
    'prefix',
    'delimiter',
    'marker',
    'max-keys',
    'start-after',
    'continuation-token',
    'encoding-type',
    'list-type',
    'fetch-owner',
  ],
  ...[
    'uploads',
    'uploadId',
    'partNumber',
    'part-number-marker',
    'max-parts',
    'key-marker',
    'upload-id-marker',
    'max-uploads',
  ],
  ...['delete', 'versionId', 'location', 'attributes', 'acl', 'tagging', 'response-content-type', 'response-expires'],
  ...['max-buckets', 'bucket-region', 'x-amz-meta-a b', 'x-amz-meta-x', 'x-amz-copy-source', 'x-amz-checksum-crc32'],
];
const HEADERS = [
  ...['range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'content-md5', 'content-type'],
  ...[
    'content-encoding',
    'cache-control',
    'expires',
    'x-amz-copy-source',
    'x-amz-copy-source-range',
    'x-amz-metadata-directive',
  ],
  ...['x-amz-checksum-crc32', 'x-amz-checksum-sha256', 'x-amz-checksum-algorithm', 'x-amz-sdk-checksum-algorithm'],
  ...[
    'x-amz-object-attributes',
    'x-amz-max-parts',
    'x-amz-mp-object-size',
    'x-amz-meta-x',
    'x-amz-expected-bucket-owner',
  ],
];
const XML = [
  '',
  '<',
  '<Delete/>',
  '<Delete><Object><Key>\u0001</Key></Object></Delete>',
  '<Delete><Object/></Delete>',
  '<CompleteMultipartUpload><Part><PartNumber>x</PartNumber></Part></CompleteMultipartUpload>',
  '<CreateBucketConfiguration><LocationConstraint>&lt;</LocationConstraint></CreateBucketConfiguration>',
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&e;</Key></Object></Delete>',
];
const asked = fc.record<Asked>({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD'),
  path: fc.constantFrom(
    '/',
    '/hostile',
    '/hostile/',
    '/hostile/key',
    '/hostile/%00',
    '/hostile/a%2Fb',
    '/%00',
    '/no',
    '/hostile//',
    '/hostile/%F0%9F%98%80',
  ),
  query: fc.dictionary(fc.constantFrom(...PARAMETERS), nasty, { maxKeys: 3, noNullPrototype: true }),
  headers: fc.dictionary(fc.constantFrom(...HEADERS), header, { maxKeys: 3, noNullPrototype: true }),
  body: fc.constantFrom(...XML, 'plain bytes'),
});

it('whatever is asked is answered, and never by a fault of the server', async () => {
  await fc.assert(
    fc.asyncProperty(asked, async (request) => {
      const status = await send(request);
      expect(status === 501 || (status >= 200 && status < 500)).toBe(true);
    }),
    { numRuns: 300 },
  );
}, 120_000);
