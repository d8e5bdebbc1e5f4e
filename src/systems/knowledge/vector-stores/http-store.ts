import { setTimeout as delay } from 'node:timers/promises';
import { isLoamError, LoamError } from '../../../core/errors.ts';
import type { Fetch } from '../../../core/outbound/index.ts';
import { storeName } from './store-name.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** JSON, or a text that is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A store that speaks JSON over HTTP. */
export interface HttpStore {
  /** Tried again a few times while the store is busy or away; statuses in `expected` are answered like success. */
  request<Answer>(request: HttpRequest, signal: AbortSignal, expected?: readonly number[]): Promise<HttpAnswer<Answer>>;
}

export interface HttpAnswer<Answer> {
  readonly status: number;
  readonly body: Answer;
}

export interface HttpStoreOptions {
  readonly url: string;
  readonly fetch: Fetch;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
}

const TRIES = 3;
const PAUSE_MS = 250;
const BUSY = new Set([408, 429, 500, 502, 503, 504]);
const TOLD = 300;

export function httpStore({ url, fetch, headers }: HttpStoreOptions): HttpStore {
  const store = storeName(url);
  const base = url.replace(/\/+$/, '');
  const send = async ({ method, path, body, headers: more }: HttpRequest, signal: AbortSignal): Promise<Response> => {
    const isText = typeof body === 'string';
    const type = isText ? 'application/x-ndjson' : 'application/json';
    return fetch(`${base}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': type }), ...more },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
      signal,
    });
  };
  const attempt = async <Answer>(
    request: HttpRequest,
    signal: AbortSignal,
    expected: readonly number[],
  ): Promise<HttpAnswer<Answer>> => {
    const response = await send(request, signal);
    const text = await response.text();
    const { status } = response;
    if (response.ok || expected.includes(status)) return { status, body: (text ? jsonOf(text) : {}) as Answer };
    const problem = `it answered ${status} to ${request.method} ${request.path.split('?')[0]}: ${text.slice(0, TOLD)}`;
    if (BUSY.has(status) || status === 401 || status === 403) {
      throw new LoamError('vector-store-unavailable', { store, problem });
    }
    const allowed = 'an index laid out as the storage configuration says';
    throw new LoamError('vector-store-unusable', { store, problem, allowed });
  };
  return {
    async request(request, signal, expected = []) {
      for (let tries = 1; ; tries++) {
        signal.throwIfAborted();
        try {
          return await attempt(request, signal, expected);
        } catch (error) {
          signal.throwIfAborted();
          const away = awayError(store, error);
          if (tries >= TRIES || !isLoamError(away, 'vector-store-unavailable')) throw away;
          await delay(PAUSE_MS * 2 ** tries, undefined, { signal });
        }
      }
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TypeError('The answer is no JSON', { cause });
  }
}

/** That nobody answers is the store's failure; what it answered stays what it is. */
function awayError(store: string, error: unknown): unknown {
  if (isLoamError(error) && !error.code.startsWith('outbound-')) return error;
  if (!(error instanceof TypeError) && !isLoamError(error)) return error;
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return new LoamError('vector-store-unavailable', { store, problem: `${error.message}${cause}` }, { cause: error });
}
