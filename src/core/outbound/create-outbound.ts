import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { LoamError } from '../errors.ts';
import { type AllowList, readAllowList } from './allow-list.ts';
import { type AnswerLimits, answerOf } from './answer.ts';
import { isRedirect, redirected } from './redirect.ts';
import { type Address, createSendRequest, type OutgoingRequest, type SendRequest, tooSlow } from './send-request.ts';
import { plainAddress } from './special-addresses.ts';

/** The shape of the platform's `fetch`. */
export type Fetch = typeof globalThis.fetch;

export interface OutboundLimits extends AnswerLimits {
  /** Milliseconds until an answer begins. */
  readonly headersMs: number;
  /** Milliseconds for everything, body included. */
  readonly totalMs: number;
  readonly redirects: number;
  /** Connections to one origin. */
  readonly connections: number;
}

export interface OutboundOptions {
  /** Addresses, ranges and hosts beside the public ones: the setting `allowOutbound`. See {@link readAllowList}. */
  readonly allow: readonly string[];
  /** URLs that the operator wrote into the configuration: their origins, and no others, may be at any address. */
  readonly configured?: readonly string[];
  readonly limits?: Partial<OutboundLimits>;
  /** All addresses of a host; the system's resolver by default. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
}

/** For hooks, webhooks and documents of keys: small answers, soon. */
export const DEFAULT_OUTBOUND_LIMITS: OutboundLimits = {
  bytes: 16 * 1024 * 1024,
  headersMs: 30_000,
  idleMs: 30_000,
  totalMs: 120_000,
  redirects: 5,
  connections: 64,
};

/**
 * The one way out: a `fetch` that calls public addresses, those that are allow-listed, and no others.
 *
 * All addresses of a host are checked and the connection goes to one of them (a name cannot change its mind in between);
 * each redirect is checked like a call. Only http and https without credentials in the URL. Proxies named by the
 * environment are not used: where they would lead could not be checked. Bodies are sent from memory.
 *
 * @returns rejects with LoamError `outbound-refused` or `outbound-limit`, with TypeError when the host cannot be reached,
 *   and with the signal's reason
 * @throws RangeError for an entry of `allow` that cannot be read
 * @example const fetch = createOutbound({ allow: ['10.0.0.0/8'] }); await fetch('https://hooks.example.com/', { method: 'POST' })
 */
export function createOutbound(options: OutboundOptions): Fetch {
  const limits = { ...DEFAULT_OUTBOUND_LIMITS, ...options.limits };
  const way: Way = {
    limits,
    allow: readAllowList(options.allow),
    configured: new Set((options.configured ?? []).map((url) => new URL(url).origin)),
    resolve: options.resolve ?? ((host) => lookup(host, { all: true, verbatim: true })),
    send: createSendRequest(limits),
  };
  return async (input, init) => {
    requireNoCredentials(new URL(input instanceof Request ? input.url : input));
    const request = new Request(input, init);
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    const headers = { 'accept-encoding': 'identity', 'user-agent': 'loam', ...Object.fromEntries(request.headers) };
    const url = new URL(request.url);
    const late = new AbortController();
    setTimeout(() => late.abort(tooSlow(url, limits.totalMs)), limits.totalMs).unref();
    const signal = AbortSignal.any([request.signal, late.signal]);
    return follow(way, { url, method: request.method, headers, body, signal }, request.redirect);
  };
}

interface Way {
  readonly limits: OutboundLimits;
  readonly allow: AllowList;
  readonly configured: ReadonlySet<string>;
  readonly resolve: NonNullable<OutboundOptions['resolve']>;
  readonly send: SendRequest;
}

async function follow(way: Way, first: OutgoingRequest, redirect: Request['redirect']): Promise<Response> {
  let request = first;
  for (let hops = 0; ; hops++) {
    const message = await sendChecked(way, request);
    const { statusCode = 0, headers } = message;
    if (redirect === 'manual' || !isRedirect(statusCode) || headers.location === undefined) {
      return answerOf(message, request, way.limits);
    }
    // The rest of an answer that nobody reads is not waited for.
    message.destroy();
    if (redirect === 'error') throw new TypeError('fetch failed: the answer was a redirect');
    if (hops >= way.limits.redirects) throw refuse(request.url, `redirects more than ${way.limits.redirects} times`);
    request = redirected(request, statusCode, headers.location);
  }
}

async function sendChecked(way: Way, request: OutgoingRequest): Promise<IncomingMessage> {
  const { url, signal } = request;
  signal.throwIfAborted();
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refuse(url, `has the scheme ${url.protocol}`);
  requireNoCredentials(url);
  const addresses = await orAbort(resolveHost(way, url), signal);
  if (!way.configured.has(url.origin)) requireAllowed(way.allow, url, addresses);
  try {
    return await way.send(request, addresses);
  } catch (cause) {
    signal.throwIfAborted();
    throw cause instanceof LoamError ? cause : new TypeError('fetch failed', { cause });
  }
}

async function resolveHost({ resolve }: Way, url: URL): Promise<readonly Address[]> {
  const literal = plainAddress(url.hostname);
  if (literal !== undefined) return [{ address: literal, family: literal.includes(':') ? 6 : 4 }];
  try {
    return await resolve(url.hostname);
  } catch (cause) {
    throw new TypeError('fetch failed', { cause });
  }
}

function requireAllowed(allow: AllowList, url: URL, addresses: readonly Address[]): void {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  for (const { address } of addresses) {
    const problem = allow.refusal(url.hostname, port, address);
    if (problem !== undefined) throw refuse(url, problem);
  }
}

function requireNoCredentials(url: URL): void {
  if (url.username !== '' || url.password !== '') throw refuse(url, 'has a user name or password in its URL');
}

function refuse(url: URL, problem: string): LoamError {
  return new LoamError('outbound-refused', { host: url.host, problem });
}

/** What the promise gives, or the signal's reason when that comes first: a resolver cannot be interrupted. */
function orAbort<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
