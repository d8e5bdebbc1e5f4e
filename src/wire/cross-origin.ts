import { WireFailure } from './failure.ts';
import type { Reply } from './protocols/protocol.ts';
import type { OfferedService } from './registry.ts';
import type { WireRequest } from './request.ts';

/** What a page of another origin wants to do (Fetch standard, "CORS protocol"). */
export interface OriginRequest {
  /** As the router sees it: the bucket first. */
  readonly path: string;
  readonly origin: string;
  readonly method: string;
  /** Lower-case names of the headers that it wants to send; only a preflight tells. */
  readonly headers: readonly string[];
}

/** The headers that allow it, in lower case; undefined when nothing does. */
export type AnswerOrigin = (request: OriginRequest) => Promise<Record<string, string> | undefined>;

const MOST_HEADERS = 100;

/**
 * Answers a browser that asks before it sends: no signature is needed, and nothing is told but what the rules say.
 *
 * @throws WireFailure `preflight-incomplete`, `origin-refused`
 */
export async function answerPreflight(
  service: OfferedService | undefined,
  { headers }: WireRequest,
  path: string,
): Promise<Reply> {
  const { origin } = headers;
  const method = headers['access-control-request-method'];
  if (!origin) throw incomplete('Insufficient information. Origin request header needed.');
  if (!method) throw incomplete('Invalid Access-Control-Request-Method: null');
  const asked = namesIn(headers['access-control-request-headers']);
  const allowed = await service?.origins?.({ path, origin, method, headers: asked });
  if (allowed) return { status: 200, headers: allowed };
  throw new WireFailure(
    'origin-refused',
    'CORSResponse: This CORS request is not allowed. The rules of the resource name other origins, methods or headers, or there are none.',
  );
}

/** Adds to any answer, a refusal too, what lets the page that asked see it. */
export async function addOriginHeaders(
  service: OfferedService | undefined,
  request: WireRequest,
  path: string,
  reply: Reply,
): Promise<void> {
  const { origin } = request.headers;
  if (origin === undefined || service?.origins === undefined) return;
  const method = request.headers['access-control-request-method'] ?? request.method;
  const allowed = await service.origins({ path, origin, method, headers: [] });
  if (allowed) Object.assign(reply.headers, allowed);
}

function namesIn(text: string | undefined): string[] {
  const names = (text ?? '').split(',').map((name) => name.trim().toLowerCase());
  const given = names.filter((name) => name !== '');
  if (given.length > MOST_HEADERS) throw incomplete(`A preflight asks for at most ${MOST_HEADERS} headers.`);
  return given;
}

function incomplete(message: string): WireFailure {
  return new WireFailure('preflight-incomplete', message);
}
