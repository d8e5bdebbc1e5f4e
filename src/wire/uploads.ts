import { WireFailure } from './failure.ts';
import { AwsChunkedDecoder } from './payload/aws-chunked.ts';
import { createPlainDecoder } from './payload/plain.ts';
import type { Headers, WireRequest } from './request.ts';
import { sha256Hex } from './signature/canonical.ts';
import type { PieceSignatures } from './signature/chain.ts';

const SHA256 = /^[0-9a-f]{64}$/;
const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
const SIGNED_TRAILER = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
const EVENTS = 'STREAMING-AWS4-HMAC-SHA256-EVENTS';
const UNSIGNED = 'UNSIGNED-PAYLOAD';
// Objects are streamed; this is for documents, of which the longest lists 10,000 parts with their checksums.
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** Sets how the body of an S3 request is unframed and verified while it is read. */
export function decodePayload(request: WireRequest, pieces: PieceSignatures | undefined): void {
  const { headers, body } = request;
  body.limitTo(MAX_DOCUMENT_BYTES);
  dropChunkedCoding(request);
  const declared = headers['x-amz-content-sha256'] ?? UNSIGNED;
  if (declared === UNSIGNED_TRAILER || declared === SIGNED || declared === SIGNED_TRAILER) {
    const signatures = declared === UNSIGNED_TRAILER ? undefined : pieces;
    body.decoder = new AwsChunkedDecoder({
      headers: ofBody(request),
      signatures,
      signedTrailer: declared === SIGNED_TRAILER,
    });
    return;
  }
  if (declared !== UNSIGNED && !SHA256.test(declared)) {
    throw new WireFailure(
      'argument-invalid',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING- value that is supported, or a valid sha256 value.',
    );
  }
  // Without a body there is nothing to verify, except that nothing was promised.
  if (body.empty && !promisesBody(request)) return;
  body.decoder = createPlainDecoder({ sha256: declared === UNSIGNED ? undefined : declared, headers: ofBody(request) });
}

// The checksum headers of CompleteMultipartUpload are of the object that it makes, not of the request's body.
function ofBody({ headers, method, query }: WireRequest): Headers {
  if (method !== 'POST' || !query.has('uploadId')) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-checksum-')));
}

/** Compares the body of a request outside S3 with the hash that was signed, if one was. */
export async function verifyPayloadHash(request: WireRequest): Promise<void> {
  const declared = request.headers['x-amz-content-sha256'];
  if (declared === undefined || declared === UNSIGNED || declared === EVENTS) return;
  if (sha256Hex(await request.body.raw()) !== declared) {
    throw new WireFailure('payload-hash', 'The payload does not have the hash that was signed.');
  }
}

/** Presigners move `x-amz-*` headers into the query; they mean the same there. */
export function hoistHeaders(request: WireRequest): void {
  const withoutBody = request.query.get('x-amz-checksum-crc32')?.[0] === CRC32_OF_NOTHING;
  for (const [name, [value]] of request.query) {
    const lower = name.toLowerCase();
    if (!lower.startsWith('x-amz-') || SIGNING_PARAMETERS.has(lower)) continue;
    if (withoutBody && EMPTY_CHECKSUM.has(lower)) continue;
    request.headers[lower] ??= value;
  }
}

// Who presigns an upload has no body yet: the JavaScript SDK then signs the checksum of an empty one, by default. S3 does not
// hold the upload to it, else no such URL could be used.
const CRC32_OF_NOTHING = 'AAAAAA==';
const EMPTY_CHECKSUM = new Set(['x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm']);

const SIGNING_PARAMETERS = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
]);

function promisesBody({ headers, method }: WireRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && (headers['content-md5'] !== undefined || method === 'PUT');
}

// The coding is how the body travelled; what is left is the object's own `Content-Encoding`.
function dropChunkedCoding({ headers }: WireRequest): void {
  const sent = headers['content-encoding'];
  if (sent === undefined) return;
  const left = sent.replace(/(^|,)\s*aws-chunked\s*(?=,|$)/gi, '').replace(/^[,\s]+/, '');
  if (left === '') delete headers['content-encoding'];
  else headers['content-encoding'] = left;
}
