import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { LoamError } from '../errors.ts';

/** An address that was checked, as `dns.lookup` gives it. */
export interface Address {
  readonly address: string;
  readonly family: number;
}

export interface OutgoingRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal;
}

/** Sends one request to an address that was checked; follows nothing. */
export type SendRequest = (request: OutgoingRequest, addresses: readonly Address[]) => Promise<IncomingMessage>;

interface SendLimits {
  /** Until the answer begins. */
  readonly headersMs: number;
  readonly connections: number;
}

const HEADER_BYTES = 64 * 1024;
const KEEP_ALIVE_MS = 10_000;

/** Connections are kept for reuse: each of them was made to an address that the same rules let pass. */
export function createSendRequest({ headersMs, connections }: SendLimits): SendRequest {
  const pool = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, maxSockets: connections, timeout: 0 };
  const agents = { http: new HttpAgent(pool), https: new HttpsAgent(pool) };
  return ({ url, method, headers, body, signal }, addresses) => {
    const options = {
      ...{ method, headers, signal, maxHeaderSize: HEADER_BYTES },
      // The name stays for Host, for SNI and for the certificate; only where it leads is given.
      lookup: pinned(addresses),
    };
    const { promise, resolve, reject } = withResolvers<IncomingMessage>();
    const sent =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, agent: agents.https })
        : requestHttp(url, { ...options, agent: agents.http });
    const late = setTimeout(() => sent.destroy(tooSlow(url, headersMs)), headersMs);
    sent.once('response', resolve);
    sent.once('error', reject);
    sent.once('close', () => clearTimeout(late));
    sent.once('response', () => clearTimeout(late));
    sent.end(body);
    return promise;
  };
}

function pinned(addresses: readonly Address[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family ?? 4);
  };
}

export function tooSlow(url: URL, milliseconds: number): LoamError {
  return new LoamError('outbound-limit', {
    host: url.host,
    problem: `gave nothing for ${milliseconds / 1000} seconds`,
  });
}

function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<Value>((onValue, onReason) => {
    resolve = onValue;
    reject = onReason;
  });
  return { promise, resolve, reject };
}
