import type { Readable } from 'node:stream';
import { RequestBody } from '../body.ts';
import { WireFailure } from '../failure.ts';
import type { PayloadDecoder } from '../payload/decoder.ts';
import { createPlainDecoder } from '../payload/plain.ts';
import type { Headers, WireRequest } from '../request.ts';

// Fields that mean what the header of that name means; every x-amz- field does too.
const CONTENT_FIELDS = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'expires',
  'content-md5',
];
const SIGNING_FIELDS = new Set([
  ...['x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature', 'x-amz-security-token'],
  ...['x-amz-content-sha256', 'x-amz-decoded-content-length', 'x-amz-trailer'],
]);

/** The headers of the PutObject that a form amounts to. */
export function headersOfForm(fields: ReadonlyMap<string, string>): Headers {
  const headers: Headers = Object.create(null);
  for (const [name, value] of fields) {
    if (CONTENT_FIELDS.includes(name) || (name.startsWith('x-amz-') && !SIGNING_FIELDS.has(name)))
      headers[name] = value;
  }
  const acl = fields.get('acl');
  if (acl !== undefined) headers['x-amz-acl'] = acl;
  return headers;
}

/** The request that a form amounts to: its fields as headers, its file as the body. */
export function asPut(
  request: WireRequest,
  { headers, file, length }: { headers: Headers; file: Readable; length: LengthRange | undefined },
): WireRequest {
  const body = new RequestBody(file, { limit: 0, headers, start: undefined, empty: false });
  body.decoder = withinLength(createPlainDecoder({ sha256: undefined, headers }), length);
  return { ...request, method: 'PUT', rawQuery: '', query: new Map(), headers, body };
}

interface LengthRange {
  readonly min: number;
  readonly max: number;
}

function withinLength(decoder: PayloadDecoder, range: LengthRange | undefined): PayloadDecoder {
  const { min, max } = range ?? { min: 0, max: Number.MAX_SAFE_INTEGER };
  let bytes = 0;
  return {
    length: decoder.length,
    ofForm: true,
    get checksums() {
      return decoder.checksums;
    },
    write(chunk) {
      bytes += chunk.length;
      if (bytes <= max) return decoder.write(chunk);
      throw new WireFailure(
        'form-file-too-large',
        `Your proposed upload exceeds the maximum allowed size of ${max} bytes.`,
      );
    },
    end() {
      if (bytes >= min) return decoder.end();
      throw new WireFailure(
        'form-file-too-small',
        `Your proposed upload of ${bytes} bytes is smaller than the minimum allowed size of ${min}.`,
      );
    },
  };
}
