import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../../access/principal.ts';
import type { Ids } from '../../core/ids.ts';
import type { Scope } from '../../core/scope.ts';
import type { Invocation, Invoked } from '../../wire/invoke.ts';
import type { RequestOrigin } from '../../wire/request.ts';
import type { LoamAnswer, LoamInvocation } from '../loam/endpoint.ts';

/** What the console's page may call: every operation, of AWS's services and of Loam's own. */
export interface ConsoleApi {
  invoke(invocation: Invocation): Promise<Invoked>;
  invokeLoam(invocation: LoamInvocation): Promise<LoamAnswer>;
  readonly ids: Ids;
}

/** A call of the page, as the person who signed in. */
export interface ConsoleCall {
  readonly principal: Principal;
  readonly scope: Scope;
  readonly origin: RequestOrigin;
}

const PATH = /^\/api\/([a-z0-9-]+)\/(\w+)$/;
const MOST_BYTES = 1 << 20;

/** `POST /api/<service>/<Operation>` with the input as JSON; answers the output, or `{ code, message }` of a refusal. */
export async function callOperation(
  api: ConsoleApi,
  { principal, scope, origin }: ConsoleCall,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const [, service, operation] = PATH.exec(url.pathname) ?? [];
  if (request.method !== 'POST' || !service || !operation) {
    return refuse(response, 404, 'UnknownOperationException', 'POST /api/<service>/<Operation> is what there is.');
  }
  const text = await readText(request);
  if (text === undefined) {
    return refuse(response, 413, 'RequestEntityTooLarge', `The input is larger than ${MOST_BYTES} bytes.`);
  }
  const input = parseInput(text);
  if (!input) return refuse(response, 400, 'SerializationException', 'The input is not a JSON object.');
  const call = { operation, input, principal, origin, requestId: api.ids.uuid() };
  const userAgent = request.headers['user-agent'];
  if (service === 'loam') {
    const { status, value } = await api.invokeLoam({ ...call, userAgent });
    return send(response, status, value);
  }
  const { signal, done } = leaving(response);
  const outcome = await api.invoke({ ...call, service, scope, signal, userAgent });
  done();
  if ('error' in outcome) return refuse(response, outcome.error.status, outcome.error.code, outcome.error.message);
  send(response, 200, outcome.output ?? {});
}

/** @returns undefined when there is more than the limit. */
async function readText(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseInput(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Fires when the browser goes away before the answer. */
function leaving(response: ServerResponse): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const left = (): void => controller.abort(new Error('The browser went away.'));
  response.once('close', left);
  return { signal: controller.signal, done: () => void response.off('close', left) };
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  send(response, status, { code, message });
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}
