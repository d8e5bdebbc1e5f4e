import fc from 'fast-check';
import type { OfficialRequest } from './official-requests.ts';

/** A way to spoil a request that a client made. */
export type Damage = (request: OfficialRequest) => OfficialRequest;

const HEADERS = [
  'content-type',
  'content-encoding',
  'content-md5',
  'range',
  'if-match',
  'if-modified-since',
  'x-amz-copy-source',
  'x-amz-copy-source-range',
  'x-amz-decoded-content-length',
  'x-amz-checksum-crc32',
  'x-amz-checksum-sha256',
  'x-amz-tagging',
  'x-amz-meta-x',
  'x-amz-acl',
  'x-amz-grant-read',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-target',
  'x-amz-object-lock-retain-until-date',
  'x-amz-expected-bucket-owner',
  'smithy-protocol',
  'accept',
  'origin',
];
const VALUES = fc.oneof(
  fc.constantFrom(
    ...['', 'gzip', 'aws-chunked', 'gzip, aws-chunked', 'application/json', 'application/xml', 'application/cbor'],
    ...[
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'multipart/form-data',
      'bytes=0-',
      'bytes=-0',
    ],
    ...['bytes=99999999999999999999-', '*', '""', 'rpc-v2-cbor', '0', '-1', '9'.repeat(30), 'x'.repeat(9000)],
    ...['application/vnd.amazon.eventstream', 'AmazonSSM.X', '2999-01-01T00:00:00Z', 'id="x"', 'a=b&a=b', '%zz'],
  ),
  fc.string({ maxLength: 60 }).map((text) => text.replace(/[^\x20-\x7e]/g, '?')),
);
const NESTED = [
  '[['.repeat(50_000),
  `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  `${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`,
  '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d "&b;&b;&b;">]><a>&d;</a>',
  '<a>&#0;&#xD800;&nope;</a>',
  '{"__proto__":{"polluted":true}}',
  '\ufeff{}',
  'null',
  '"text"',
  '1e999',
];

/** Ways that fit every protocol; combined with random inputs they reach most parsers. */
export const damages: fc.Arbitrary<Damage> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Damage>((request) => request) },
  fc.tuple(fc.constantFrom(...HEADERS), VALUES).map(
    ([name, value]): Damage =>
      (request) => ({ ...request, headers: { ...request.headers, [name]: value } }),
  ),
  fc.constantFrom(...HEADERS).map(
    (name): Damage =>
      (request) => ({ ...request, headers: without(request.headers, name) }),
  ),
  fc.nat().map(
    (at): Damage =>
      (request) => ({ ...request, body: request.body.subarray(0, at % (request.body.length + 1)) }),
  ),
  fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }).map(
    (flips): Damage =>
      (request) => ({ ...request, body: flipped(request.body, flips) }),
  ),
  fc.uint8Array({ maxLength: 100 }).map(
    (bytes): Damage =>
      (request) => ({ ...request, body: Buffer.from(bytes) }),
  ),
  fc.constantFrom(...NESTED).map(
    (text): Damage =>
      (request) => ({ ...request, body: Buffer.from(text) }),
  ),
  fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS').map(
    (method): Damage =>
      (request) => ({ ...request, method }),
  ),
  fc
    .tuple(fc.nat(), fc.constantFrom('%00', '%', '%2f', '/', '//', '/../', '%c0%af', '%ff', '?', '&x=', '%0d%0a', 'é'))
    .map(
      ([at, text]): Damage =>
        (request) => ({ ...request, path: spliced(request.path, at, text) }),
    ),
  fc
    .constantFrom(
      ...[
        '?x',
        '?=&&=',
        '?X-Amz-Algorithm=AWS4-HMAC-SHA256',
        '?versionId=%00',
        '?partNumber=-1',
        '?uploadId=..',
        '?tagging&acl',
        '?list-type=3&max-keys=x',
        `?${'a&'.repeat(3000)}`,
      ],
    )
    .map(
      (query): Damage =>
        (request) => ({ ...request, path: (request.path.split('?')[0] ?? '/') + query }),
    ),
);

function without(headers: OfficialRequest['headers'], name: string): OfficialRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([one]) => one.toLowerCase() !== name));
}

function flipped(body: Buffer, flips: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(body);
  for (const [at, value] of flips) if (copy.length > 0) copy[at % copy.length] = value;
  return copy;
}

function spliced(path: string, at: number, text: string): string {
  const place = 1 + (at % path.length);
  return path.slice(0, place) + text + path.slice(place);
}
