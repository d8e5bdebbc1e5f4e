import { LoamError } from '../errors.ts';
import type { OutgoingRequest } from './send-request.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
// What proves who asks stays with the origin that it was meant for.
const SECRET_HEADERS = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'x-amz-security-token',
];

export function isRedirect(status: number | undefined): boolean {
  return REDIRECTS.has(status ?? 0);
}

/**
 * The request that a redirect asks for (RFC 9110, 15.4; the Fetch standard, 4.4).
 *
 * @throws LoamError `outbound-refused` when it leads from https to http, or to no URL
 */
export function redirected(request: OutgoingRequest, status: number, location: string): OutgoingRequest {
  const url = readLocation(location, request.url);
  if (request.url.protocol === 'https:' && url.protocol === 'http:') {
    throw refusal(request.url, 'redirects from https to http');
  }
  const headers = { ...request.headers };
  if (url.origin !== request.url.origin) for (const name of SECRET_HEADERS) delete headers[name];
  if (!becomesGet(request.method, status)) return { ...request, url, headers };
  for (const name of Object.keys(headers)) if (name.startsWith('content-')) delete headers[name];
  return { ...request, url, headers, method: 'GET', body: undefined };
}

function becomesGet(method: string, status: number): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return method === 'POST' && (status === 301 || status === 302);
}

function readLocation(location: string, base: URL): URL {
  try {
    return new URL(location, base);
  } catch (cause) {
    throw refusal(base, 'redirects to what is no URL', cause);
  }
}

function refusal(url: URL, problem: string, cause?: unknown): LoamError {
  return new LoamError('outbound-refused', { host: url.host, problem }, { cause });
}
