import type { NamedPolicy, PrincipalPolicies } from '../../../access/policy/contract.ts';
import { parsePolicy } from '../../../access/policy/parse-policy.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import { AWS_MANAGED_POLICIES } from '../entities/aws-managed-policies.ts';
import type { IdentityRow } from '../tables/identities.ts';
import { selectDefaultDocument, selectPrincipalPolicies } from '../tables/principal-policies.ts';

/** What a user or role may do by its own policies, its groups' and its boundary. */
export async function loadPolicies(
  db: Statements,
  scope: Scope,
  { id, boundary }: Pick<IdentityRow, 'id' | 'boundary'>,
): Promise<PrincipalPolicies> {
  const rows = await selectPrincipalPolicies(db, scope, id);
  const identity = rows.map(({ kind, owner, inline, arn, document }) => {
    if (arn !== null) return managed(arn, document ?? undefined);
    return named(`inline policy ${inline} of ${kind} ${owner}`, document ?? '');
  });
  return { identity, ...(boundary !== null && { boundary: await loadManaged(db, scope, boundary) }) };
}

/** A managed policy as it is now; one that is gone allows nothing. */
export async function loadManaged(db: Statements, scope: Scope, arn: string): Promise<NamedPolicy> {
  const document = AWS_MANAGED_POLICIES.has(arn) ? undefined : await selectDefaultDocument(db, scope, arn);
  return managed(arn, document);
}

function managed(arn: string, document: string | undefined): NamedPolicy {
  const text = AWS_MANAGED_POLICIES.get(arn)?.document ?? document;
  return text === undefined ? { name: arn, policy: NOTHING } : named(arn, text);
}

function named(name: string, document: string): NamedPolicy {
  return { name, policy: parsePolicy(document, 'identity') };
}

const NOTHING = { statements: [], compiled: [] };
