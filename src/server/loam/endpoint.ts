import { z } from 'zod';
import { type Authorization, authorize, visibleOf } from '../../access/authorize.ts';
import { globalKeys } from '../../access/global-keys.ts';
import type { Principal } from '../../access/principal.ts';
import type { Clock } from '../../core/clock.ts';
import { isLoamError, LoamError } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import { findKey } from '../../wire/authenticate.ts';
import type { CallRecord } from '../../wire/call.ts';
import type { Credentials } from '../../wire/credentials.ts';
import { WireFailure } from '../../wire/failure.ts';
import {
  type HttpRequest,
  type HttpResponse,
  type RequestOrigin,
  readRequest,
  type WireRequest,
} from '../../wire/request.ts';
import { readCredential } from '../../wire/signature/credential.ts';
import { createSigningKeys, type SigningKeys } from '../../wire/signature/signing-key.ts';
import { verifySignature } from '../../wire/signature/verify.ts';
import { verifyPayloadHash } from '../../wire/uploads.ts';
import type { LoamOperation } from './operation.ts';

/** `POST /_loam/operations/<Name>`, signed for the service `loam`: what no AWS service has a call for. */
export const OPERATIONS_PATH = '/_loam/operations/';

export interface LoamEndpoint {
  handle(request: HttpRequest, response: HttpResponse, origin?: RequestOrigin): Promise<void>;
  /** Runs an operation for a caller who was authenticated otherwise; the same checks, the same record. Never rejects. */
  invoke(invocation: LoamInvocation): Promise<LoamAnswer>;
}

export interface LoamInvocation {
  readonly operation: string;
  readonly input: unknown;
  readonly principal: Principal;
  readonly requestId: string;
  readonly origin: RequestOrigin;
  readonly userAgent: string | undefined;
}

interface EndpointParts {
  readonly operations: readonly LoamOperation[];
  readonly credentials: Credentials;
  /** The region that Loam's own operations act in. */
  readonly region: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  record?(record: CallRecord): Promise<void> | undefined;
}

const MOST_BYTES = 1 << 20;
const MOST_MS = 300_000;

export function createLoamEndpoint(parts: EndpointParts): LoamEndpoint {
  const byName = new Map(parts.operations.map((operation) => [operation.name, operation]));
  const keys = createSigningKeys();
  return {
    async handle(request, response, origin) {
      try {
        const wireRequest = readRequest(request, response, { bodyLimit: MOST_BYTES, origin });
        const { origin: from, headers } = wireRequest;
        const call: LoamCall = {
          ...{ origin: from, userAgent: headers['user-agent'], referer: headers.referer },
          ...{ started: parts.clock.now(), requestId: parts.ids.uuid() },
        };
        const asked = (): Promise<Asked> => readAsked(parts, keys, wireRequest, call);
        const answer = await recorded(parts, call, await attempt(parts, () => run(parts, byName, call, asked)));
        response.setHeader('x-amzn-requestid', call.requestId);
        send(response, answer.status, answer.value);
      } catch (caught) {
        const failure = describe(caught);
        if (failure.status === 500) parts.log.error({ err: caught }, 'a Loam operation failed');
        send(response, failure.status, { code: failure.code, message: failure.message });
      }
    },
    async invoke({ operation, input, principal, ...rest }) {
      const call: LoamCall = { ...rest, principal, started: parts.clock.now() };
      const asked = async (): Promise<Asked> => ({ principal, name: operation, input });
      const answer = await attempt(parts, () => run(parts, byName, call, asked));
      // What could not be recorded is not answered.
      const unrecorded = await attempt(parts, () => recorded(parts, call, answer));
      return unrecorded.error === undefined ? answer : unrecorded;
    },
  };
}

/** What becomes known of a call on its way. */
interface LoamCall {
  readonly origin: RequestOrigin;
  readonly userAgent: string | undefined;
  readonly referer?: string | undefined;
  readonly requestId: string;
  readonly started: number;
  principal?: Principal;
  operation?: string;
  authorization?: Authorization;
}

export interface LoamAnswer {
  readonly status: number;
  readonly value: unknown;
  readonly error?: string;
}

/** Who asks for what. */
interface Asked {
  readonly principal: Principal;
  readonly name: string | undefined;
  readonly input: unknown;
}

async function readAsked(
  parts: EndpointParts,
  keys: SigningKeys,
  request: WireRequest,
  call: LoamCall,
): Promise<Asked> {
  const principal = await authenticate(parts, keys, request);
  call.principal = principal;
  const name = request.method === 'POST' ? request.rawPath.slice(OPERATIONS_PATH.length) : undefined;
  return { principal, name, input: parseJson(await request.body.document()) };
}

async function run(
  parts: EndpointParts,
  byName: ReadonlyMap<string, LoamOperation>,
  call: LoamCall,
  asked: () => Promise<Asked>,
): Promise<unknown> {
  const { principal, name, input } = await asked();
  const operation = name === undefined ? undefined : byName.get(name);
  if (!operation) throw unknownOperation([...byName.keys()]);
  call.operation = operation.name;
  const given = checkInput(operation, input);
  const checked = (await operation.resolveNames?.(given, principal)) ?? given;
  call.authorization = await authorizeLoam(parts, call, principal, { operation, input: checked });
  if (call.authorization.refusal) throw call.authorization.refusal;
  const signal = AbortSignal.timeout(MOST_MS);
  return operation.run(checked, principal, { visible: visibleOf(call.authorization), signal });
}

function authorizeLoam(
  parts: EndpointParts,
  call: LoamCall,
  principal: Principal,
  { operation, input }: { operation: LoamOperation; input: unknown },
) {
  const { origin, userAgent, referer } = call;
  return authorize({
    ...{ principal, operation: `loam:${operation.name}`, accesses: operation.accesses(input, principal) },
    guard: async (access) => operation.guard?.(access, principal),
    keys: globalKeys({
      ...{ now: parts.clock.now(), region: parts.region, userAgent, referer },
      ...{ sourceAddress: origin.sourceAddress, secure: origin.secure },
    }),
  });
}

async function attempt(parts: EndpointParts, work: () => Promise<unknown>): Promise<LoamAnswer> {
  try {
    return { status: 200, value: (await work()) ?? {} };
  } catch (caught) {
    const { status, code, message } = describe(caught);
    if (status === 500) parts.log.error({ err: caught }, 'a Loam operation failed');
    return { status, value: { code, message }, error: code };
  }
}

/** The answer once the call is on record. */
async function recorded(parts: EndpointParts, call: LoamCall, answer: LoamAnswer): Promise<LoamAnswer> {
  const { origin, userAgent, requestId, principal, started, authorization } = call;
  const { sourceAddress, secure } = origin;
  await parts.record?.({
    ...{ requestId, principal, sourceAddress, secure, authorization, service: 'loam', operation: call.operation },
    ...{ status: answer.status, error: answer.error, durationMs: parts.clock.now() - started },
    scope: principal && { account: principal.account, region: parts.region },
    userAgent,
  });
  return answer;
}

async function authenticate(
  { credentials, clock }: EndpointParts,
  keys: SigningKeys,
  request: WireRequest,
): Promise<Principal> {
  const credential = readCredential(request);
  if (credential?.type !== 'signed') {
    throw new WireFailure('missing-authentication', 'Sign the request with Signature Version 4 for the service loam.');
  }
  const key = await findKey({ credentials, clock }, credential);
  await verifySignature({ credential, request, secret: key.secret, keys, now: clock.now() });
  await verifyPayloadHash(request);
  return key.principal;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8') || '{}');
  } catch (cause) {
    throw new LoamError('request-invalid', { message: 'The input is not JSON.' }, { cause });
  }
}

function checkInput(operation: LoamOperation, value: unknown): unknown {
  const parsed = operation.input.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new LoamError('request-invalid', { message: z.prettifyError(parsed.error) });
}

function unknownOperation(names: readonly string[]): LoamError {
  return new LoamError('request-invalid', {
    message: `There is no such Loam operation. Allowed: ${names.join(', ')}.`,
  });
}

const STATUS: Readonly<Record<string, number>> = { 'not-found': 404, conflict: 409, denied: 403, internal: 500 };

function describe(caught: unknown): { status: number; code: string; message: string } {
  if (caught instanceof WireFailure) {
    const [code, status] = caught.answer('json');
    return { status, code, message: caught.message };
  }
  if (isLoamError(caught)) return { status: STATUS[caught.kind] ?? 400, code: caught.code, message: caught.message };
  return { status: 500, code: 'internal-error', message: 'The service hit an internal error.' };
}

function send(response: HttpResponse, status: number, value: unknown): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}
