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
  const { principal, authorization } = call;
  const judged = authorization?.judged.slice(0, MOST_RESOURCES) ?? [];
  const resources = judged.map((one) => resourceOf(one, principal));
  const isNamed = principal !== undefined && principal.type !== 'anonymous';
  const caller = isNamed ? principal.account : NO_ACCOUNT;
  const others = otherAccounts(resources, caller);
  const own = { ...factsOf(call, { at, eventId, account: caller }), resources, ...verdictOf(call, true) };
  if (others.length === 0) return [own];
  const ofOwner = judged.map((one) => resourceOf({ ...one, named: undefined }, principal));
  const theirs = others.map((account) => ({
    ...factsOf(call, { at, eventId, account }),
    ...{ resources: ofOwner, ...verdictOf(call, false) },
  }));
  // What nobody signed belongs to the owner of what it asked for.
  return isNamed ? [own, ...theirs] : theirs;
}

function otherAccounts(resources: readonly AuditedResource[], caller: string): string[] {
  if (resources.every(({ account }) => account === caller)) return [];
  return [...new Set(resources.map(({ account }) => account))].filter((account) => account !== caller);
}

/** Facts that are not known are undefined: the text of the record leaves them out. */
function factsOf(call: AuditedCall, { at, eventId, account }: Pick<AuditRecord, 'at' | 'eventId' | 'account'>) {
  const { principal, operation = '-', service = '-' } = call;
  return {
    kind: 'call' as const,
    eventId,
    at,
    requestId: call.requestId,
    region: call.scope?.region ?? '-',
    service,
    operation,
    eventSource: `${call.signingName ?? service}.amazonaws.com`,
    readOnly: isReadOnly(operation),
    caller: principal && callerOf(principal),
    status: call.status,
    durationMs: Math.round(call.durationMs),
    error: call.error,
    sourceAddress: call.sourceAddress,
    userAgent: call.userAgent?.slice(0, MOST_CHARACTERS),
    secure: call.secure,
    account,
  };
}

function callerOf({ type, account, arn, id, accessKeyId, userName, roleArn }: Principal): AuditedCaller {
  return { type, account, arn, id, accessKeyId, userName, roleArn };
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
