import type { Principal } from '../access/principal.ts';
import type { Log } from '../core/log.ts';
import type { Scope } from '../core/scope.ts';
import { type CallInfo, createCall } from './call.ts';
import { WireFailure } from './failure.ts';
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
  authorize(call: CallInfo): Promise<void>;
}

/** Runs an operation as the wire would, without HTTP: the same checks, the same policy, the same handler; never rejects. */
export async function invoke(invoker: Invoker, invocation: Invocation): Promise<Invoked> {
  const entry = SERVICES.find(({ id }) => id === invocation.service);
  if (!entry) return failed('UnknownOperationException', 404, `There is no service ${invocation.service}.`);
  const [service] = await invoker.registry.load([entry]);
  try {
    return { output: await run(invoker, invocation, service) };
  } catch (caught) {
    const { name, status, message } = service.answer(caught, 'json');
    return failed(name, status, message);
  }
}

type LoadedService = Awaited<ReturnType<Registry['load']>>[0];

async function run(invoker: Invoker, invocation: Invocation, service: LoadedService): Promise<unknown> {
  const { input, principal, scope, requestId, signal } = invocation;
  const { id, signingName, title } = service.entry;
  const operation = service.model.operations.get(invocation.operation);
  if (!operation) throw new WireFailure('unknown-operation', `${title} has no operation ${invocation.operation}.`);
  const offered = service.offered?.operations[operation.name];
  if (!offered) throw new WireFailure('not-implemented', `${title}: ${operation.name} is not implemented.`);
  service.validate(operation, input);
  const members = input as Readonly<Record<string, unknown>>;
  const { origin, userAgent } = invocation;
  const info = {
    ...{ service: id, signingName, operation: operation.name, principal, scope, input: members, requestId, userAgent },
    ...(origin && { origin }),
  };
  await invoker.authorize(info);
  const call = createCall({ scope, principal, requestId, log: invoker.log, headers: {}, signal: () => signal });
  return offered.handler(input as never, call);
}

function failed(code: string, status: number, message: string): Invoked {
  return { error: { code, status, message } };
}
