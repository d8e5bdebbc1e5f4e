import type { NamedPolicy } from '../../../access/policy/contract.ts';
import { parsePolicy } from '../../../access/policy/parse-policy.ts';
import type { Principal } from '../../../access/principal.ts';
import type { Scope } from '../../../core/scope.ts';
import type { IdentityContext } from '../context.ts';
import { invalidInput } from '../entities/failures.ts';
import { getIdentity } from '../entities/identities.ts';
import { entityArn, type IdentityKind, nameOfArn } from '../entities/names.ts';
import { loadPolicies } from './load-policies.ts';
import { userPrincipal } from './user-principal.ts';

const KINDS: readonly IdentityKind[] = ['user', 'role', 'group'];

/** The user, role or group of an ARN with the rights that it has now. @throws LoamError `request-invalid`, `entity-not-found`. */
export async function principalOfArn(context: IdentityContext, scope: Scope, arn: string): Promise<Principal> {
  for (const kind of KINDS) {
    const named = nameOfArn(scope.account, kind, arn);
    if (!named) continue;
    const row = await getIdentity(context, scope, kind, named.name);
    if (kind === 'user') return userPrincipal(context.database, scope, row);
    const { account } = scope;
    const own = entityArn(account, kind, row.path, row.name);
    const policies = await loadPolicies(context.database, scope, row);
    if (kind === 'group') return { type: 'user', account, arn: own, id: row.id, policies };
    return { type: 'role', account, arn: own, id: row.id, roleArn: own, tags: row.tags, policies };
  }
  throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
}

/** Adds policies as a simulation gives them: more rights, and a boundary in place of the own one. */
export function withInputs(
  principal: Principal,
  inputs: { policies: readonly string[]; boundary: readonly string[] },
): Principal {
  const given = inputs.policies.map((text, index) => named(`PolicyInputList.${index + 1}`, text));
  const [boundaryText, ...more] = inputs.boundary;
  if (more.length > 0) throw invalidInput('At most one permissions boundary policy may be given.');
  const boundary =
    boundaryText === undefined ? principal.policies?.boundary : named('PermissionsBoundary', boundaryText);
  const identity = [...(principal.policies?.identity ?? []), ...given];
  return { ...principal, policies: { identity, ...(boundary && { boundary }) } };
}

function named(name: string, text: string): NamedPolicy {
  return { name, policy: parsePolicy(text, 'identity') };
}
