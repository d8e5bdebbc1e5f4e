import type { Log } from '../core/log.ts';
import type { HttpRequest, HttpResponse, RequestOrigin } from '../wire/request.ts';
import { type LoamEndpoint, OPERATIONS_PATH } from './loam/endpoint.ts';
import type { Metrics } from './metrics.ts';
import { type Health, readReadiness } from './readiness.ts';

/** What the endpoint answers beside the wire: plain pages for operators, by path, to requests that carry no signature. */
export interface RouteParts {
  readonly wire: { handle(request: HttpRequest, response: HttpResponse, origin: RequestOrigin): Promise<void> };
  originOf(request: HttpRequest): RequestOrigin;
  readonly loam: LoamEndpoint;
  readonly metrics: Metrics;
  /** Whether everything is up, and what runs. */
  health(): Promise<Health>;
  coverage(): Promise<unknown>;
  /** Where the console is; undefined when it does not run. */
  consoleOrigin(): string | undefined;
  readonly log: Log;
}

type Answer = (parts: RouteParts, response: HttpResponse) => Promise<void> | void;

const ready: Answer = async (parts, response) => {
  const health = await readReadiness(parts.health, parts.log);
  sendJson(response, health.ready ? 200 : 503, health);
};

const PAGES: Readonly<Record<string, Answer>> = {
  '/health': ready,
  '/health/ready': ready,
  // A process whose database is away is not to be restarted: it answers, and goes on when the database is back.
  '/health/live': (_parts, response) => sendJson(response, 200, { live: true }),
  '/metrics': async ({ metrics }, response) => {
    send(response, 200, metrics.contentType, await metrics.render());
  },
  '/_loam/coverage': async (parts, response) => sendJson(response, 200, await parts.coverage()),
  '/console': ({ consoleOrigin }, response) => {
    const origin = consoleOrigin();
    if (!origin) return sendJson(response, 404, { message: 'The console does not run.' });
    response.statusCode = 307;
    response.setHeader('location', origin);
    response.end();
  },
};

/** The handler of the listener; it never rejects. */
export function createRoutes(parts: RouteParts) {
  return async (request: HttpRequest, response: HttpResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const origin = parts.originOf(request);
    if (path.startsWith(OPERATIONS_PATH)) return parts.loam.handle(request, response, origin);
    const page = PAGES[path];
    if (!page || isSigned(request) || !isRead(request)) return parts.wire.handle(request, response, origin);
    try {
      await page(parts, response);
    } catch (error) {
      parts.log.error({ err: error, path }, 'a page could not be answered');
      sendJson(response, 500, { message: 'The server hit an internal error.' });
    }
  };
}

// A bucket may be called `health`: who signs means the bucket.
function isSigned(request: HttpRequest): boolean {
  const { authorization } = request.headers;
  return authorization !== undefined || /[?&](X-Amz-Signature|Signature)=/.test(request.url ?? '');
}

function isRead({ method }: HttpRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function sendJson(response: HttpResponse, status: number, value: unknown): void {
  send(response, status, 'application/json', `${JSON.stringify(value)}\n`);
}

function send(response: HttpResponse, status: number, type: string, text: string): void {
  response.statusCode = status;
  response.setHeader('content-type', type);
  response.setHeader('cache-control', 'no-store');
  response.end(text);
}
