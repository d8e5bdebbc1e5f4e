import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { RequestBody } from './body.ts';
import type { BodyMemory } from './body-memory.ts';
import { parseQueryString, type QueryValues } from './query-string.ts';

export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;
export type Headers = Record<string, string | undefined>;

/** How a request came: from whom, and what a trusted proxy did to it on its way. */
export interface RequestOrigin {
  /** The client's address; a trusted proxy is looked through. */
  readonly sourceAddress: string | undefined;
  /** Whether the client spoke TLS, to us or to a trusted proxy. */
  readonly secure: boolean;
  /** The host that the client named, where a trusted proxy names another one. */
  readonly host?: string;
  /** What a trusted proxy cut off the path, such as `/loam`: the client signed it. */
  readonly pathPrefix?: string;
}

/** Of a client that no proxy stands before. */
export function directOrigin({ socket }: HttpRequest): RequestOrigin {
  return { sourceAddress: socket?.remoteAddress, secure: 'encrypted' in socket && socket.encrypted === true };
}

/** A request as the wire sees it: the same for HTTP/1.1 and HTTP/2. */
export interface WireRequest {
  readonly method: string;
  /** Percent-encoded, as it was sent. */
  readonly rawPath: string;
  /** Percent-encoded, as the client signed it: with what a trusted proxy cut off. */
  readonly signedPath: string;
  readonly rawQuery: string;
  readonly query: QueryValues;
  /** Lower-case names; a repeated header is joined by commas. */
  readonly headers: Headers;
  /** The `Host` header, or HTTP/2's `:authority`. */
  readonly host: string;
  readonly origin: RequestOrigin;
  readonly body: RequestBody;
}

export interface ReadOptions {
  /** The greatest body, in bytes, that is ever read into memory. */
  readonly bodyLimit: number;
  /** What all bodies share. */
  readonly memory?: BodyMemory | undefined;
  readonly origin?: RequestOrigin | undefined;
}

export function readRequest(
  request: HttpRequest,
  response: HttpResponse,
  { bodyLimit, memory, origin = directOrigin(request) }: ReadOptions,
): WireRequest {
  const headers = readHeaders(request, origin);
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const rawPath = pathOf(mark < 0 ? url : url.slice(0, mark));
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
  const start = expectsContinue(headers) ? continueOnce(response) : undefined;
  let query: QueryValues | undefined;
  return {
    method: request.method ?? 'GET',
    rawPath,
    signedPath: origin.pathPrefix === undefined ? rawPath : origin.pathPrefix + rawPath,
    rawQuery,
    // Read on first use: a malformed one is answered in the form of the service, once that is known.
    get query() {
      query ??= parseQueryString(rawQuery);
      return query;
    },
    headers,
    host: headers.host ?? '',
    origin,
    body: new RequestBody(request, { limit: bodyLimit, memory, headers, start, empty: hasNoBody(request, headers) }),
  };
}

export function expectsContinue(headers: Headers): boolean {
  return headers.expect?.toLowerCase() === '100-continue';
}

function readHeaders(request: HttpRequest, origin: RequestOrigin): Headers {
  const headers: Headers = Object.create(null);
  for (const name in request.headers) {
    const value = request.headers[name];
    if (name.charCodeAt(0) !== 0x3a) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  const authority = request.headers[':authority'];
  if (typeof authority === 'string') headers.host = authority;
  if (origin.host !== undefined) headers.host = origin.host;
  return headers;
}

// A proxy's request line holds the whole URL.
function pathOf(target: string): string {
  if (target.startsWith('/')) return target;
  const absolute = /^https?:\/\/[^/]*(\/.*)?$/i.exec(target);
  return absolute?.[1] ?? '/';
}

function hasNoBody(request: HttpRequest, headers: Headers): boolean {
  if ('stream' in request) return request.stream.endAfterHeaders;
  const length = headers['content-length'];
  return headers['transfer-encoding'] === undefined && (length === undefined || length === '0');
}

// The body is asked for only when it is first read: a refused signature costs the client no upload.
function continueOnce(response: HttpResponse): () => void {
  let sent = false;
  return () => {
    if (!sent) response.writeContinue();
    sent = true;
  };
}
