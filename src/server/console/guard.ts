import type { IncomingMessage, ServerResponse } from 'node:http';

const COOKIE = 'loam_session';
const SIGN_IN_PATH = '/sign-in';

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
}

/**
 * Whether a request may be for this console: its Host (or what a trusted proxy says it was) is one of ours (a rebound DNS name is not), and a change comes from
 * our own page.
 */
export function isTrusted(request: IncomingMessage, hosts: ReadonlySet<string>, host = request.headers.host): boolean {
  const { origin } = request.headers;
  if (host === undefined || !hosts.has(host)) return false;
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  return origin !== undefined && hosts.has(origin.replace(/^https?:\/\//, ''));
}

/** @param secure whether the browser speaks TLS: it then never sends the cookie without */
export function sessionCookie(secret: string, secure = false): string {
  return `${COOKIE}=${secret}; HttpOnly; SameSite=Strict; Path=/${secure ? '; Secure' : ''}`;
}

/** A cookie that comes back with a browser that another site sends here, to where sign-ins go and nowhere else. */
export function signInCookie(
  name: string,
  value: string,
  { secure, seconds }: { secure: boolean; seconds: number },
): string {
  return `${name}=${value}; HttpOnly; SameSite=Lax; Path=${SIGN_IN_PATH}; Max-Age=${seconds}${secure ? '; Secure' : ''}`;
}

export function clearCookie(name: string): string {
  return `${name}=; HttpOnly; SameSite=Lax; Path=${SIGN_IN_PATH}; Max-Age=0`;
}

export function expiredCookie(): string {
  return `${sessionCookie('')}; Max-Age=0`;
}

export function readSession(request: IncomingMessage): string {
  return readCookie(request, COOKIE);
}

export function readCookie(request: IncomingMessage, name: string): string {
  const cookies = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return cookies.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}
