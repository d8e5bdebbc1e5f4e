import { type IncomingHttpHeaders, request } from 'node:http';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { ACCESS } from './server.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RawRequest {
  readonly method: string;
  /** With the query, percent-encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Signing {
  readonly service: string;
  readonly date?: Date;
  readonly region?: string;
  readonly key?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  /** Whether `x-amz-content-sha256` is sent; boto3 leaves it out outside S3. */
  readonly contentHash?: boolean;
}

/** Sends a request as it is, without a client. */
export function send(port: number, { method, path, headers = {}, body = '' }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function signer({ service, region = 'us-east-1', key = ACCESS, contentHash = true }: Signing): SignatureV4 {
  const s3 = service === 's3';
  return new SignatureV4({
    service,
    region,
    credentials: key,
    sha256: Sha256,
    uriEscapePath: !s3,
    applyChecksum: contentHash,
  });
}

function toHttpRequest(port: number, { method, path, headers, body }: RawRequest): HttpRequest {
  const [pathname = '/', search = ''] = path.split('?');
  const query = Object.fromEntries(new URLSearchParams(search));
  const host = headers?.host ?? `127.0.0.1:${port}`;
  return new HttpRequest({
    method,
    path: pathname,
    query,
    headers: { ...headers, host },
    ...(body === undefined ? {} : { body }),
  });
}

/** The headers of a request signed with Signature Version 4. */
export async function signHeaders(port: number, raw: RawRequest, signing: Signing): Promise<Record<string, string>> {
  const options = signing.date ? { signingDate: signing.date } : {};
  const { headers } = await signer(signing).sign(toHttpRequest(port, { body: '', ...raw }), options);
  return headers;
}

export async function sendSigned(port: number, raw: RawRequest, signing: Signing): Promise<RawAnswer> {
  return send(port, { ...raw, headers: await signHeaders(port, raw, signing) });
}

/** The path and query of a presigned URL. */
export async function presign(
  port: number,
  raw: RawRequest,
  signing: Signing & { readonly expiresIn?: number },
): Promise<string> {
  const s3 = signing.service === 's3';
  const unsigned = new Set(['x-amz-content-sha256']);
  const { path, query = {} } = await signer(signing).presign(
    toHttpRequest(port, {
      ...raw,
      headers: { ...raw.headers, ...(s3 ? { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } : {}) },
    }),
    {
      expiresIn: signing.expiresIn ?? 60,
      unhoistableHeaders: unsigned,
      unsignableHeaders: unsigned,
      ...(signing.date ? { signingDate: signing.date } : {}),
    },
  );
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return `${path}?${pairs.join('&')}`;
}
