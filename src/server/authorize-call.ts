import { type Authorization, authorize } from '../access/authorize.ts';
import { globalKeys } from '../access/global-keys.ts';
import type { ConditionKeys } from '../access/policy/contract.ts';
import type { Clock } from '../core/clock.ts';
import type { CallInfo } from '../wire/call.ts';

/** Asks the one place that authorises about a call of the wire, by its operation's row and its service's guard. */
export async function authorizeCall(call: CallInfo, clock: Clock): Promise<Authorization> {
  const { principal, scope, input, permission, guard } = call;
  const asking = { principal, scope, operation: call.operation };
  return authorize({
    principal,
    operation: `${call.signingName}:${call.operation}`,
    accesses: await permission?.(input as never, asking),
    ...(guard && { guard: (access) => guard(access, asking, input) }),
    each: permission?.each === true,
    keys: onceAsked(() => keysOf(call, clock)),
  });
}

function keysOf(call: CallInfo, clock: Clock): ConditionKeys {
  const { scope, origin, userAgent, referer } = call;
  const { sourceAddress, secure } = origin ?? {};
  const facts = { now: clock.now(), region: scope.region, userAgent, referer, sourceAddress, secure };
  return { ...signatureKeys(call), ...globalKeys(facts) };
}

/** Most calls are decided without the keys of their request. */
function onceAsked<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Amazon S3 API reference, "Amazon S3 Signature Version 4 Authentication Specific Policy Keys". */
function signatureKeys({ signingName, signature }: CallInfo): ConditionKeys {
  if (signingName !== 's3' || !signature) return {};
  return {
    's3:authType': signature.authType,
    's3:signatureversion': signature.version,
    's3:signatureAge': signature.ageMs === undefined ? undefined : String(signature.ageMs),
  };
}
