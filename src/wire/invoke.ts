import { type Authorization, visibleOf } from '../access/authorize.ts';
import type { Principal } from '../access/principal.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Scope } from '../core/scope.ts';
import { type CallInfo, type CallRecord, createCall } from './call.ts';
import { WireFailure } from './failure.ts';
import { mayOf, refuse, refusedOf } from './refusal.ts';
import type { Registry } from './registry.ts';
import type { RequestOrigin } from './request.ts';
import { SERVICES } from './services.ts';

/** A call by somebody who was authenticated without a signature, such as a session of the console. */
export interface Invocation {
  /** The id of the service, `bedrock-agent`. */
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  readonly principal: Principal;
  readonly scope: Scope;
  readonly requestId: string;
  readonly signal: AbortSignal;
  /** How the call came, if it came over the network. */
  readonly origin?: RequestOrigin;
  readonly userAgent?: string | undefined;
}

/** What came of it; a failure is described as the service itself would. */
export type Invoked =
  | { readonly output: unknown }
  | { readonly error: { readonly code: string; readonly status: number; readonly message: string } };

export interface Invoker {
  readonly registry: Registry;
  readonly log: Log;
  readonly clock: Clock;
  authorize(call: CallInfo): Promise<Authorization | undefined>;
  /** As for calls over the network: the answer waits for it. */
  record?(record: CallRecord): Promise<void> | undefined;
}

/** Runs an operation as the wire would, without HTTP: the same checks, the same policy, the same handler; never rejects. */
export async function invoke(invoker: Invoker, invocation: Invocation): Promise<Invoked> {
  const entry = SERVICES.find(({ id }) => id === invocation.service);
  if (!entry) return failed('UnknownOperationException', 404, `There is no service ${invocation.service}.`);
  const [service] = await invoker.registry.load([entry]);
  const started = invoker.clock.now();
  const course: Course = { authorization: undefined };
  const answered = await attempt(service, () => run(invoker, invocation, service, course));
  const durationMs = invoker.clock.now() - started;
  const record = { ...recordOf(invocation, answered, course, durationMs), signingName: entry.signingName };
  const unrecorded = await attempt(service, async () => invoker.record?.(record));
  return 'error' in unrecorded ? unrecorded : answered;
}

/** What becomes known on the way. */
interface Course {
  authorization: Authorization | undefined;
}

async function attempt(service: LoadedService, work: () => Promise<unknown>): Promise<Invoked> {
  try {
    return { output: await work() };
  } catch (caught) {
    const { name, status, message } = service.answer(caught, 'json');
    return failed(name, status, message);
  }
}

function recordOf(invocation: Invocation, answered: Invoked, course: Course, durationMs: number): CallRecord {
  const { service, operation, principal, scope, requestId, origin, userAgent } = invocation;
  const error = 'error' in answered ? answered.error : undefined;
  return {
    ...{ service, operation, principal, scope, requestId, userAgent, durationMs, ...course },
    ...{ status: error?.status ?? 200, error: error?.code },
    ...{ sourceAddress: origin?.sourceAddress, secure: origin?.secure },
  };
}

type LoadedService = Awaited<ReturnType<Registry['load']>>[0];

async function run(invoker: Invoker, invocation: Invocation, service: LoadedService, course: Course): Promise<unknown> {
  const { input, principal, scope, requestId, signal } = invocation;
  const { id, signingName, title } = service.entry;
  const operation = service.model.operations.get(invocation.operation);
  if (!operation) throw new WireFailure('unknown-operation', `${title} has no operation ${invocation.operation}.`);
  const offered = service.offered?.operations[operation.name];
  if (!offered) throw new WireFailure('not-implemented', `${title}: ${operation.name} is not implemented.`);
  const { permission, resolveNames, guard, explain } = offered;
  const given = input as Readonly<Record<string, unknown>>;
  const members = (await resolveNames?.(given, scope)) ?? given;
  service.validate(operation, members);
  const { origin, userAgent } = invocation;
  const info: CallInfo = {
    ...{ service: id, signingName, operation: operation.name, principal, scope, input: members, requestId, userAgent },
    ...{ permission, guard, ...(origin && { origin }) },
  };
  course.authorization = await invoker.authorize(info);
  const may = mayOf(invoker, info);
  await refuse(course.authorization, { explain, input: members, may });
  const call = createCall({
    ...{ scope, principal, requestId, log: invoker.log, headers: {}, signal: () => signal },
    ...{ refused: refusedOf(course.authorization), may, visible: visibleOf(course.authorization) },
  });
  return offered.handler(members as never, call);
}

function failed(code: string, status: number, message: string): Invoked {
  return { error: { code, status, message } };
}
