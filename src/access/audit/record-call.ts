import { parseArn } from '../../core/arn.ts';
import type { JudgedAccess } from '../authorize.ts';
import type { Principal } from '../principal.ts';
import type { AuditedCall, AuditedCaller, AuditedResource, AuditRecord } from './contract.ts';
import { isReadOnly } from './read-only.ts';
import { resourceTypeOf } from './resource-type.ts';

/** The account of records that belong to nobody: requests whose caller was not authenticated. */
export const NO_ACCOUNT = '-';
const MOST_RESOURCES = 20;
const MOST_CHARACTERS = 512;

/**
 * What to keep of a call: a record in the caller's account, and one in each account whose resources it asked for. What the
 * caller's own policies said is kept for the caller alone.
 */
export function recordsOf(call: AuditedCall, { at, eventId }: { at: number; eventId: string }): AuditRecord[] {
  const { principal, scope, authorization } = call;
  const judged = authorization?.judged ?? [];
  const resources = judged.slice(0, MOST_RESOURCES).map((one) => resourceOf(one, principal));
  const owners = new Set(resources.map(({ account }) => account));
  const isNamed = principal !== undefined && principal.type !== 'anonymous';
  const caller = isNamed ? principal.account : NO_ACCOUNT;
  const { operation = '-', service = '-' } = call;
  const base = {
    ...{
      kind: 'call' as const,
      eventId,
      at,
      requestId: call.requestId,
      region: scope?.region ?? '-',
      service,
      operation,
    },
    eventSource: `${call.signingName ?? service}.amazonaws.com`,
    readOnly: isReadOnly(operation),
    ...(principal && { caller: callerOf(principal) }),
    ...{ resources, status: call.status, durationMs: Math.round(call.durationMs) },
    ...(call.error !== undefined && { error: call.error }),
    ...(call.sourceAddress !== undefined && { sourceAddress: call.sourceAddress }),
    ...(call.userAgent !== undefined && { userAgent: call.userAgent.slice(0, MOST_CHARACTERS) }),
    ...(call.secure !== undefined && { secure: call.secure }),
  };
  const others = [...owners].filter((account) => account !== caller);
  // What nobody signed belongs to the owner of what it asked for.
  const own = isNamed || others.length === 0 ? [{ ...base, account: caller, ...verdictOf(call, true) }] : [];
  const ofOwner = judged.slice(0, MOST_RESOURCES).map((one) => resourceOf({ ...one, named: undefined }, principal));
  const theirs = { ...base, resources: ofOwner };
  return [...own, ...others.map((account) => ({ ...theirs, account, ...verdictOf(call, false) }))];
}

function callerOf(principal: Principal): AuditedCaller {
  const { type, account, arn, id, accessKeyId, userName, roleArn } = principal;
  return {
    ...{ type, account, arn, id },
    ...(accessKeyId !== undefined && { accessKeyId }),
    ...(userName !== undefined && { userName }),
    ...(roleArn !== undefined && { roleArn }),
  };
}

interface JudgedResource extends Pick<JudgedAccess, 'access' | 'guard'> {
  readonly named?: string | undefined;
}

function resourceOf(
  { access, guard, named: alias }: JudgedResource,
  principal: Principal | undefined,
): AuditedResource {
  const own = principal?.account ?? NO_ACCOUNT;
  const isForeign = guard !== undefined && guard.account !== own;
  const arn = ((isForeign ? alias : undefined) ?? access.resource).slice(0, 2 * MOST_CHARACTERS);
  const named = parseArn(access.resource)?.account;
  const type = resourceTypeOf(access.resource);
  return { arn, account: guard?.account ?? (named && /^\d{12}$/.test(named) ? named : own), ...(type && { type }) };
}

function verdictOf({ authorization }: AuditedCall, isCallers: boolean): Partial<AuditRecord> {
  if (!authorization) return {};
  const { judged } = authorization;
  const refused = authorization.refusal && judged.find(({ decision }) => !decision.allowed);
  const last = refused ?? judged.at(-1);
  const allowed = authorization.refusal === undefined;
  if (!last) return { allowed, ...(allowed ? {} : { reason: 'no-row' }) };
  const { code, source, policy, statement, sentence } = last.decision.reason;
  const isVisible = isCallers === (source !== 'resource-based policy') || code === 'allowed-by-resource';
  return {
    ...{ allowed, reason: code, action: last.access.action },
    ...(isVisible && !allowed && { sentence }),
    ...(isVisible && policy !== undefined && { policy }),
    ...(isVisible && statement !== undefined && { statement }),
  };
}
