import type { NamedPolicy, PrincipalPolicies } from '../../../access/policy/contract.ts';
import { parsePolicy } from '../../../access/policy/parse-policy.ts';
import type { Principal } from '../../../access/principal.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import { globalScope } from '../context.ts';
import { entityArn } from '../entities/names.ts';
import type { Session } from '../sessions/session-token.ts';
import { type IdentityRow, selectIdentityById, type Tags } from '../tables/identities.ts';
import { loadManaged, loadPolicies } from './load-policies.ts';
import { userPrincipal } from './user-principal.ts';

/** Whom a temporary key speaks for. @returns undefined when the role or user that it is of is gone. */
export async function sessionPrincipal(db: Statements, session: Session): Promise<Principal | undefined> {
  const scope = globalScope(session);
  if (session.kind === 'self' && session.of === session.account) return rootSession(session);
  const row = await selectIdentityById(db, scope, session.of);
  if (!row) return undefined;
  if (session.kind === 'role') return rolePrincipal(db, scope, row, session);
  const user = await userPrincipal(db, scope, row);
  return session.kind === 'self' ? selfSession(user, session) : federatedUser(db, scope, user, session);
}

async function rolePrincipal(db: Statements, scope: Scope, role: IdentityRow, session: Session): Promise<Principal> {
  const { account } = scope;
  const policies = await loadPolicies(db, scope, role);
  const narrowed = await sessionPolicies(db, scope, session);
  return {
    type: 'role',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${role.name}/${session.name}`,
    id: `${role.id}:${session.name}`,
    roleArn: entityArn(account, 'role', role.path, role.name),
    sessionName: session.name,
    policies: { ...policies, ...(narrowed && { session: narrowed }) },
    tags: overlay(role.tags, session.tags ?? {}),
    transitiveTagKeys: session.transitive ?? [],
    sessionKeys: sessionKeys(session),
  };
}

/** Tags of the session win over those of the role, whatever the case of their keys. */
function overlay(ofRole: Tags, ofSession: Tags): Tags {
  const own = new Set(Object.keys(ofSession).map((key) => key.toLowerCase()));
  const kept = Object.entries(ofRole).filter(([key]) => !own.has(key.toLowerCase()));
  return { ...Object.fromEntries(kept), ...ofSession };
}

function rootSession(session: Session): Principal {
  const { account } = session;
  const arn = `arn:aws:iam::${account}:root`;
  return { type: 'root', account, arn, id: account, sessionKeys: sessionKeys(session) };
}

// What the keys of GetSessionToken may not do without a second factor, which nobody has here.
const SELF_POLICY: NamedPolicy = {
  name: 'temporary keys of GetSessionToken',
  policy: parsePolicy(
    {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'AllElse', Effect: 'Allow', Action: '*', Resource: '*' },
        { Sid: 'NoIam', Effect: 'Deny', Action: 'iam:*', Resource: '*' },
        {
          Sid: 'StsForRolesAlone',
          Effect: 'Deny',
          Action: ['sts:GetSessionToken', 'sts:GetFederationToken'],
          Resource: '*',
        },
      ],
    },
    'identity',
  ),
};

function selfSession(user: Principal, session: Session): Principal {
  return withSession(user, { session: [SELF_POLICY] }, session);
}

async function federatedUser(db: Statements, scope: Scope, user: Principal, session: Session): Promise<Principal> {
  const { account } = scope;
  const { userName: _name, tags: _tags, ...rest } = user;
  // Without a policy of its own a federated user may do nothing but what resources grant it.
  const narrowed = (await sessionPolicies(db, scope, session)) ?? [];
  const principal = {
    ...rest,
    arn: `arn:aws:sts::${account}:federated-user/${session.name}`,
    id: `${account}:${session.name}`,
    tags: session.tags ?? {},
  };
  return withSession(principal, { session: [...narrowed, FEDERATED_POLICY] }, session);
}

const FEDERATED_POLICY: NamedPolicy = {
  name: 'temporary keys of GetFederationToken',
  policy: parsePolicy(
    {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'NoIam', Effect: 'Deny', Action: 'iam:*', Resource: '*' },
        {
          Sid: 'NoOtherKeys',
          Effect: 'Deny',
          Action: ['sts:AssumeRole', 'sts:GetSessionToken', 'sts:GetFederationToken'],
          Resource: '*',
        },
      ],
    },
    'identity',
  ),
};

function withSession(user: Principal, policies: Pick<PrincipalPolicies, 'session'>, session: Session): Principal {
  const own = user.policies ?? { identity: [] };
  return { ...user, policies: { ...own, ...policies }, sessionKeys: sessionKeys(session) };
}

async function sessionPolicies(
  db: Statements,
  scope: Scope,
  { policy, policyArns = [] }: Session,
): Promise<NamedPolicy[] | undefined> {
  if (policy === undefined && policyArns.length === 0) return undefined;
  const inline = policy === undefined ? [] : [{ name: 'session policy', policy: parsePolicy(policy, 'identity') }];
  return [...inline, ...(await Promise.all(policyArns.map((arn) => loadManaged(db, scope, arn))))];
}

function sessionKeys({ issued, sourceIdentity, claims }: Session): Record<string, string> {
  return {
    ...claims,
    'aws:TokenIssueTime': new Date(issued).toISOString(),
    ...(sourceIdentity !== undefined && { 'aws:SourceIdentity': sourceIdentity }),
  };
}
