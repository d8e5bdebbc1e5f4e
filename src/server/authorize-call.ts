import { type Authorization, authorize } from '../access/authorize.ts';
import { globalKeys } from '../access/global-keys.ts';
import type { Clock } from '../core/clock.ts';
import type { CallInfo } from '../wire/call.ts';

/** Asks the one place that authorises about a call of the wire, by its operation's row and its service's guard. */
export function authorizeCall(call: CallInfo, clock: Clock): Promise<Authorization> {
  const { principal, scope, input, permission, guard, origin } = call;
  const asking = { principal, scope, operation: call.operation };
  return authorize({
    principal,
    operation: `${call.signingName}:${call.operation}`,
    accesses: permission?.(input as never, asking),
    ...(guard && { guard: (access) => guard(access, asking, input) }),
    keys: globalKeys({
      ...{ now: clock.now(), region: scope.region, userAgent: call.userAgent, referer: call.referer },
      ...{ sourceAddress: origin?.sourceAddress, secure: origin?.secure },
    }),
  });
}
