import { parseArn } from '../../core/arn.ts';
import type { AccessDecision, AccessQuestion, NamedPolicy, PolicySource } from './contract.ts';
import { allowed, denied } from './decision.ts';
import { isUnlimited } from './match-principal.ts';
import { type Asked, ask, findResourceAllow, findResourceDeny, findStatement, type Match } from './match-statement.ts';
import { isPublicPolicy } from './public-policy.ts';
import { visibleTo } from './visible.ts';

/**
 * Decides one access as AWS documents it (IAM User Guide, "Policy evaluation logic"): an explicit Deny anywhere wins; in
 * one account the identity's policies or the resource's suffice, across accounts both are needed; a boundary and the
 * policies of a session narrow what the identity's allow; nobody without a name gets in but by the resource.
 *
 * @example evaluate({ principal, access: { action: 's3:GetObject', resource: 'arn:aws:s3:::logs/a' }, guard, keys }).allowed
 */
export function evaluate(question: AccessQuestion): AccessDecision {
  const { principal, access, guard } = question;
  const service = access.action.slice(0, access.action.indexOf(':'));
  if (principal.services && !principal.services.includes(service)) return denied('key-services', question);
  const isOwn = ownerOf(question) === principal.account;
  const unlimited = isUnlimited(principal);
  if (isOwn && unlimited && !guard?.policy && !guard?.policyDecides) return allowed('root', question);
  const asked = ask(question);
  const decision =
    findDeny(asked) ?? (isOwn && principal.type !== 'anonymous' ? inAccount(asked) : acrossAccounts(asked));
  const visible = decision.allowed ? visibleTo(asked) : undefined;
  return visible ? { ...decision, visible } : decision;
}

/** Whose the resource is: as its guard says, else as its ARN does, else the caller's. */
export function ownerOf({ guard, access, principal }: AccessQuestion): string {
  if (guard) return guard.account;
  const account = parseArn(access.resource)?.account;
  // Policies that AWS keeps are in the account `aws`.
  return account && account !== 'aws' ? account : principal.account;
}

function findDeny(asked: Asked): AccessDecision | undefined {
  const { principal, guard } = asked.question;
  const { identity = [], boundary, session = [] } = principal.policies ?? {};
  const sources: readonly (readonly [PolicySource, readonly NamedPolicy[]])[] = [
    ['identity-based policy', identity],
    ['permissions boundary', boundary ? [boundary] : []],
    ['session policy', session],
  ];
  for (const [source, policies] of sources) {
    const match = findStatement(policies, 'Deny', asked);
    if (match) return denied('explicit-deny', asked.question, { source, match });
  }
  const match = guard?.policy && findResourceDeny(guard.policy, asked);
  return match && denied('explicit-deny', asked.question, { source: 'resource-based policy', match });
}

function inAccount(asked: Asked): AccessDecision {
  const { question } = asked;
  const { guard } = question;
  const resource = guard?.policy && findResourceAllow(guard.policy, asked);
  const byResource = (match: Match): AccessDecision => allowed('allowed-by-resource', question, match);
  if (resource?.naming === 'direct') return byResource(resource);
  // A grant of a key stands beside its policy.
  if (guard?.policyDecides && guard.grant !== undefined) {
    return findNarrowing(asked) ?? allowed('allowed-by-grant', question);
  }
  // The policy of a key decides: it has to hand the decision to the account before the account's policies count.
  if (guard?.policyDecides && !resource) return denied('no-resource-allow', question);
  const narrowed = findNarrowing(asked);
  if (resource?.naming === 'role') return narrowed ?? byResource(resource);
  const identity = identityAllows(asked);
  if (!identity) return denied('no-identity-allow', question, { source: 'identity-based policy' });
  return narrowed ?? identity;
}

function acrossAccounts(asked: Asked): AccessDecision {
  const { question } = asked;
  const { principal, guard } = question;
  const isAnonymous = principal.type === 'anonymous';
  const identity = isAnonymous ? undefined : identityAllows(asked);
  if (!isAnonymous && !identity) return denied('no-identity-allow', question, { source: 'identity-based policy' });
  const narrowed = isAnonymous ? undefined : findNarrowing(asked);
  if (narrowed) return narrowed;
  const match = guard?.policy && findResourceAllow(guard.policy, asked);
  if (match && guard?.policy && guard.restrictPublic && isPublicPolicy(guard.policy.policy)) {
    return denied('public-access-blocked', question);
  }
  if (match && (!isAnonymous || match.naming === 'direct')) return allowed('allowed-by-resource', question, match);
  if (guard?.grant !== undefined) return allowed('allowed-by-grant', question);
  if (isAnonymous) return denied('anonymous', question);
  const source = 'resource-based policy';
  return guard?.policy
    ? denied('no-resource-allow', question, { source })
    : denied('other-account', question, { source });
}

/** What the principal's own policies allow; root and what speaks for the account are allowed everything. */
function identityAllows(asked: Asked): AccessDecision | undefined {
  const { question } = asked;
  if (isUnlimited(question.principal)) return allowed('root', question);
  const match = findStatement(question.principal.policies?.identity ?? [], 'Allow', asked);
  return match && allowed('allowed-by-identity', question, match);
}

/** A boundary or session policies that do not allow it as well. */
function findNarrowing(asked: Asked): AccessDecision | undefined {
  const { question } = asked;
  const { boundary, session } = question.principal.policies ?? {};
  if (boundary && !findStatement([boundary], 'Allow', asked)) {
    return denied('boundary', question, { source: 'permissions boundary', policy: boundary.name });
  }
  if (session && !findStatement(session, 'Allow', asked)) {
    return denied('session-policy', question, { source: 'session policy', policy: session[0]?.name });
  }
  return undefined;
}
