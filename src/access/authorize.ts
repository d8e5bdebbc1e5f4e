import { LoamError } from '../core/errors.ts';
import type { MetadataFilter } from '../segments/index.ts';
import type { Access, AccessDecision, ConditionKeys, ResourceGuard } from './policy/contract.ts';
import { becauseOf } from './policy/decision.ts';
import { evaluate, ownerOf } from './policy/evaluate.ts';
import { allOf } from './policy/metadata-conditions.ts';
import type { Principal } from './principal.ts';

/** A call before its handler runs. */
export interface CallToAuthorize {
  readonly principal: Principal;
  /** What a refusal names when the operation has no row, `bedrock:CreateAgent`. */
  readonly operation: string;
  /** What the operation does to which resources, by its row; undefined when it has none. */
  readonly accesses: readonly Access[] | undefined;
  /** What the resource itself says. */
  guard?(access: Access): Promise<ResourceGuard | undefined>;
  /** Whether each access stands for itself: the call may go on unless all are refused. */
  readonly each?: boolean;
  /** The keys of the request, such as `globalKeys` gives. */
  readonly keys: ConditionKeys | (() => ConditionKeys);
}

export interface JudgedAccess {
  readonly access: Access;
  /** What the call itself named, where that is an alias of the access's resource; other accounts are told this alone. */
  readonly named?: string;
  /** What the resource said when it was asked. */
  readonly guard: ResourceGuard | undefined;
  readonly decision: AccessDecision;
}

export interface Authorization {
  /** In the order of the row, up to the first that was refused unless each stands for itself. */
  readonly judged: readonly JudgedAccess[];
  /** Present when the call may not go on. */
  readonly refusal?: LoamError<'access-denied'>;
}

/**
 * Whether a call may go on: the one place that decides. Every access of the operation's row has to be allowed; an
 * operation without a row is refused to everybody.
 *
 * @throws LoamError of the guard, when the resource is not there.
 */
export async function authorize(call: CallToAuthorize): Promise<Authorization> {
  const { principal, accesses, keys, each } = call;
  if (!accesses) return { judged: [], refusal: withoutRow(call) };
  const judged: JudgedAccess[] = [];
  let refusal: Authorization['refusal'];
  for (const named of accesses) {
    const guard = call.guard && (await call.guard(named));
    const access = guard?.resource === undefined ? named : { ...named, resource: guard.resource };
    const question = {
      ...{ principal, access, guard },
      get keys() {
        return typeof keys === 'function' ? keys() : keys;
      },
    };
    const decision = evaluate(question);
    judged.push({ access, guard, decision, ...(access !== named && { named: named.resource }) });
    if (decision.allowed) continue;
    const owner = ownerOf(question);
    refusal ??= refuse(principal, owner === principal.account ? access : named, decision, owner);
    if (!each) return { judged, refusal };
  }
  return refusal && judged.every(({ decision }) => !decision.allowed) ? { judged, refusal } : { judged };
}

/** Which documents a call is about: those that every access of it is about. Undefined: all of them. */
export function visibleOf(authorization: Authorization | undefined): MetadataFilter | undefined {
  const filters = (authorization?.judged ?? []).flatMap(({ decision }) => decision.visible ?? []);
  return filters.length === 0 ? undefined : allOf(filters);
}

function withoutRow({ principal, operation }: CallToAuthorize): LoamError<'access-denied'> {
  return new LoamError('access-denied', { action: operation, resource: '*', caller: principal.arn });
}

function refuse(
  principal: Principal,
  { action, resource }: Access,
  decision: AccessDecision,
  owner: string,
): LoamError<'access-denied'> {
  const because = becauseOf(decision, action, owner === principal.account);
  return new LoamError('access-denied', {
    ...{ action, resource, caller: principal.arn },
    ...(because !== undefined && { because }),
  });
}
