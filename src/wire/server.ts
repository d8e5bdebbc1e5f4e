import { type Authorization, visibleOf } from '../access/authorize.ts';
import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import {
  type Authentication,
  authenticate,
  authenticateForm,
  type Caller,
  missingAuthentication,
} from './authenticate.ts';
import { type BodyMemory, createBodyMemory } from './body-memory.ts';
import { type CallInfo, type CallRecord, createCall } from './call.ts';
import { findCandidates, guessFamily } from './candidates.ts';
import type { Credentials } from './credentials.ts';
import { addOriginHeaders, answerPreflight } from './cross-origin.ts';
import { type AnsweredError, answerError, familyOf, isUnexpected } from './errors.ts';
import { Exchange } from './exchange.ts';
import { WireFailure } from './failure.ts';
import { type Invocation, type Invoked, invoke } from './invoke.ts';
import type { WireLimits } from './limits.ts';
import type { ServiceOperations } from './operation.ts';
import { encodePlainError } from './plain-error.ts';
import { replyToForm } from './post-form/form-reply.ts';
import { formTarget, isFormUpload, locationOf, readFormUpload } from './post-form.ts';
import type { Members } from './protocols/codec.ts';
import type { Reply } from './protocols/index.ts';
import { mayOf, refuse, refusedOf } from './refusal.ts';
import { createRegistry, type Registry } from './registry.ts';
import { finishHeaders } from './reply-headers.ts';
import {
  directOrigin,
  type HttpRequest,
  type HttpResponse,
  type RequestOrigin,
  readRequest,
  type WireRequest,
} from './request.ts';
import { discardBody, sendReply } from './send.ts';
import type { Service } from './service.ts';
import { SERVICES } from './services.ts';
import { type Credential, readCredential } from './signature/credential.ts';
import { createSigningKeys } from './signature/signing-key.ts';
import { findTarget, offeredOperation, type Target } from './target.ts';

export interface WireOptions {
  readonly services: readonly ServiceOperations[];
  readonly credentials: Credentials;
  /** Decides before a handler runs: a call that is refused goes no further. */
  authorize(call: CallInfo): Promise<Authorization | undefined>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly limits: WireLimits;
  /** The region of calls whose credential names none: bearer keys and Signature Version 2. */
  readonly defaultRegion: string;
  /** Host names before which the name of a bucket may stand: `bucket.s3.example.com`. */
  readonly bucketDomains?: readonly string[];
  /** Whether S3 takes query presigning with Signature Version 2, which boto3 makes by default. */
  readonly legacyPresigning: boolean;
  /**
   * Told of every call before its answer is sent, which waits for the promise: a change is answered once its record is kept.
   * @throws LoamError in place of the answer
   */
  record?(record: CallRecord): Promise<void> | undefined;
  /** Told of every finished call. */
  onCall?(record: CallRecord): void;
}

export interface Wire {
  /** Answers one request, over HTTP/1.1 or HTTP/2; never rejects. */
  handle(request: HttpRequest, response: HttpResponse, origin?: RequestOrigin): Promise<void>;
  /** Runs an operation for a caller who was authenticated otherwise; never rejects. */
  invoke(invocation: Invocation): Promise<Invoked>;
  /** Ends the calls under way with 503 and fires their signals. */
  abort(reason: Error): void;
  /** Calls under way. */
  readonly active: number;
}

/** Answers the wire APIs of the services in `services.ts` with the operations that systems offer. */
export function createWire(options: WireOptions): Wire {
  const { log } = options;
  const life: Life = {
    ...{ options, authentication: { ...options, keys: createSigningKeys() } },
    registry: createRegistry(options.services, log),
    memory: createBodyMemory(options.limits.allBodiesBytes),
  };
  const active = new Set<Exchange>();
  return {
    get active() {
      return active.size;
    },
    invoke: (invocation) => invoke({ ...options, registry: life.registry }, invocation),
    abort(reason) {
      for (const exchange of active) exchange.abort(new WireFailure('shutting-down', reason.message));
    },
    async handle(request, response, origin = directOrigin(request)) {
      try {
        await serve(life, active, { request, response, origin });
      } catch (caught) {
        log.error({ error: caught }, 'A request could not be served');
        response.destroy();
      }
    },
  };
}

async function serve(life: Life, active: Set<Exchange>, { request, response, origin }: Arrival): Promise<void> {
  const { clock, ids, limits, onCall } = life.options;
  const started = clock.now();
  const wireRequest = readRequest(request, response, { bodyLimit: limits.bodyBytes, memory: life.memory, origin });
  const family = guessFamily(SERVICES, wireRequest);
  const exchange = new Exchange(response, { requestId: ids.uuid(), request: wireRequest, family });
  const full = active.size >= limits.concurrency;
  active.add(exchange);
  try {
    const answered = full ? answerFailure(life, exchange, tooBusy(limits)) : await outcomeOf(life, exchange);
    const record = recordOf(exchange, answered, clock.now() - started);
    const outcome = await recorded(life, exchange, answered, record);
    await allowOrigin(life, exchange, outcome.reply);
    finishHeaders(exchange, outcome.reply);
    await send(life, exchange, { request, response, outcome });
    onCall?.(
      outcome === answered
        ? { ...record, durationMs: clock.now() - started }
        : recordOf(exchange, outcome, clock.now() - started),
    );
  } finally {
    active.delete(exchange);
    wireRequest.body.release();
  }
}

/** Costs nothing but for requests that a browser sends from a page of another origin. */
async function allowOrigin({ registry }: Life, { request, candidates }: Exchange, reply: Reply): Promise<void> {
  if (request.headers.origin === undefined || request.method === 'OPTIONS' || !candidates) return;
  const [service] = await registry.load(candidates.entries);
  await addOriginHeaders(service.offered, request, candidates.path, reply);
}

interface Arrival {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly origin: RequestOrigin;
}

interface Life {
  readonly options: WireOptions;
  readonly authentication: Authentication;
  readonly registry: Registry;
  readonly memory: BodyMemory;
}

interface Outcome {
  readonly reply: Reply;
  readonly error?: AnsweredError;
}

/** A request's life, from who asks for what to the answer. */
async function answer(life: Life, exchange: Exchange): Promise<Reply> {
  const { authentication, registry } = life;
  const { request, requestId } = exchange;
  const credential = readCredential(request);
  const candidates = findCandidates(SERVICES, request, credential, life.options.bucketDomains);
  exchange.family = familyOf(candidates.protocol);
  exchange.candidates = candidates;
  const services = await registry.load(candidates.entries);
  if (request.method === 'OPTIONS') return answerPreflight(services[0].offered, request, candidates.path);
  if (isFormUpload(request)) return answerForm(life, exchange, services[0]);
  const caller = await authenticate(authentication, request, candidates, credential);
  exchange.caller = caller;
  const target = await findTarget(services, candidates, request);
  exchange.target = target;
  requireScheme(target, credential);
  offeredOperation(target);
  const { operation, protocol, labels, service } = target;
  if (service.streamsInput(operation)) exchange.stopClock();
  const input = await protocol.parse({ operation, request, labels, verifyEvent: caller.pieces?.event });
  return protocol.encode(operation, await run(life, exchange, { caller, target, input }), requestId);
}

interface CheckedCall {
  readonly caller: Caller;
  readonly target: Target;
  readonly input: Members;
}

/** @throws WireFailure `argument-invalid` for a header that means nothing where it stands */
function refuseHeaders(refused: readonly string[] | undefined, { headers }: WireRequest): void {
  const name = refused?.find((header) => headers[header] !== undefined);
  if (name !== undefined)
    throw new WireFailure('argument-invalid', `${name} header is not supported for this operation.`);
}

/** Validates, authorises and does what is asked, in this order. */
async function run(
  { options }: Life,
  exchange: Exchange,
  { caller, target, input: given }: CheckedCall,
): Promise<Members> {
  const { request, requestId, headers } = exchange;
  const { service, operation } = target;
  const { handler, permission, resolveNames, guard, explain } = offeredOperation(target);
  refuseHeaders(service.offered?.refusedHeaders?.[operation.name], request);
  const { principal, scope, signature } = caller;
  const input = (await resolveNames?.(given, scope)) ?? given;
  service.validate(operation, input);
  const { id, signingName } = service.entry;
  const info: CallInfo = {
    ...{ service: id, signingName, operation: operation.name, principal, scope, input, requestId, permission, guard },
    ...{
      origin: request.origin,
      userAgent: request.headers['user-agent'],
      referer: request.headers.referer,
      signature,
    },
  };
  exchange.authorization = await options.authorize(info);
  const may = mayOf(options, info);
  await refuse(exchange.authorization, { explain, input, may });
  exchange.throwIfAborted();
  const call = createCall({
    ...{ scope, principal, requestId, log: options.log, headers, signal: () => exchange.signal },
    ...{ refused: refusedOf(exchange.authorization), may, visible: visibleOf(exchange.authorization) },
  });
  return ((await handler(input as never, call)) as Members | undefined) ?? {};
}

/** A form of a browser: it is a PutObject in other clothes, and is authorised, recorded and counted as one. */
async function answerForm(life: Life, exchange: Exchange, service: Service): Promise<Reply> {
  const { authentication, options } = life;
  const { request, requestId } = exchange;
  exchange.stopClock();
  const form = await readFormUpload(request, exchange.candidates?.path ?? '/', service);
  const caller = await authenticateForm(authentication, form.credential);
  exchange.caller = caller;
  const target = formTarget(service);
  exchange.target = target;
  const input = await form.input(options.clock.now());
  const output = await run(life, exchange, { caller, target, input });
  const put = target.protocol.encode(target.operation, output, requestId);
  return replyToForm({ ...form, put, location: locationOf(request, form) });
}

async function outcomeOf(life: Life, exchange: Exchange): Promise<Outcome> {
  const { requestMs } = life.options.limits;
  const expired = exchange.startClock(requestMs, () => new WireFailure('time-limit', `No answer in ${requestMs} ms.`));
  const reply = answer(life, exchange);
  try {
    return { reply: await Promise.race([reply, expired]) };
  } catch (caught) {
    if (exchange.reason) reply.then(discardBody, () => undefined);
    return answerFailure(life, exchange, exchange.reason ?? caught);
  } finally {
    exchange.stopClock();
  }
}

/** The answer once the call is on record; what could not be recorded is answered as a failure. */
async function recorded(life: Life, exchange: Exchange, outcome: Outcome, call: CallRecord): Promise<Outcome> {
  try {
    await life.options.record?.(call);
    return outcome;
  } catch (caught) {
    discardBody(outcome.reply);
    return answerFailure(life, exchange, caught);
  }
}

/** What was thrown, in the form of the service, or in that of its family while the service is not known. */
function answerFailure({ options }: Life, exchange: Exchange, caught: unknown): Outcome {
  const { target, family, requestId } = exchange;
  if (target) {
    const error = target.service.answer(caught, family);
    return { error, reply: target.protocol.encodeError(error, requestId) };
  }
  if (isUnexpected(caught)) options.log.error({ requestId, error: caught }, 'A request failed unexpectedly');
  const error = answerError(caught, { family });
  const cbor = exchange.request.headers['smithy-protocol'] === 'rpc-v2-cbor';
  return { error, reply: encodePlainError(error, { family, cbor, requestId }) };
}

function tooBusy({ concurrency }: WireLimits): WireFailure {
  return new WireFailure('busy', `More than ${concurrency} requests are under way. Please reduce your request rate.`);
}

async function send(
  life: Life,
  exchange: Exchange,
  sent: { request: HttpRequest; response: HttpResponse; outcome: Outcome },
) {
  try {
    await sendReply(sent.request, sent.response, sent.outcome.reply);
    exchange.finish();
  } catch (caught) {
    sent.response.destroy();
    if (!exchange.reason) {
      life.options.log.warn({ requestId: exchange.requestId, error: caught }, 'An answer could not be sent whole');
    }
  }
}

function recordOf(exchange: Exchange, outcome: Outcome, durationMs: number): CallRecord {
  const { requestId, target, caller, authorization } = exchange;
  const { sourceAddress, secure } = exchange.request.origin;
  return {
    ...{
      requestId,
      durationMs,
      authorization,
      sourceAddress,
      secure,
      status: outcome.reply.status,
      error: outcome.error?.name,
    },
    service: target?.service.entry.id,
    signingName: target?.service.entry.signingName,
    operation: target?.operation.name,
    principal: caller?.principal,
    scope: caller?.scope,
    userAgent: exchange.request.headers['user-agent'],
  };
}

/** Operations say how they may be authenticated: few without a signature, Bedrock's by bearer key as well. */
function requireScheme({ operation, service }: Target, credential: Credential | undefined): void {
  // Of S3, who may do what without a signature is a matter of the bucket.
  if (!credential && service.entry.signingName !== 's3' && !operation.auth.includes('smithy.api#noAuth')) {
    throw missingAuthentication(false);
  }
  if (credential?.type === 'bearer' && !operation.auth.includes('smithy.api#httpBearerAuth')) {
    throw new WireFailure('bearer-refused', `${operation.name} takes no API key.`);
  }
}
