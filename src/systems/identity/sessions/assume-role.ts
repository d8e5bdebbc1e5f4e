import type { Principal } from '../../../access/principal.ts';
import { parseArn } from '../../../core/arn.ts';
import { LoamError } from '../../../core/errors.ts';
import { globalScope, type IdentityContext } from '../context.ts';
import { invalidInput } from '../entities/failures.ts';
import { entityArn } from '../entities/names.ts';
import { getPolicy } from '../entities/policies.ts';
import { type IdentityRow, selectIdentity, type Tags } from '../tables/identities.ts';
import { readSessionParts, type SessionParts, type SessionWishes } from './session-limits.ts';
import { issueKeys, type Session, type TemporaryKeys } from './session-token.ts';

export interface RoleSession {
  readonly keys: TemporaryKeys;
  readonly assumedRoleId: string;
  readonly arn: string;
  readonly packedPercent: number | undefined;
  readonly sourceIdentity: string | undefined;
}

export interface RoleWishes extends SessionWishes {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds?: number | undefined;
  readonly SourceIdentity?: string | undefined;
}

const DEFAULT_SECONDS = 3600;
const MOST_CHAINED_SECONDS = 3600;

/** A role of any account by its ARN. @returns undefined when there is none of exactly that ARN. */
export async function findRole(
  { database }: Pick<IdentityContext, 'database'>,
  roleArn: string,
): Promise<(IdentityRow & { account: string }) | undefined> {
  const arn = parseArn(roleArn);
  if (arn?.service !== 'iam' || !arn.resource.startsWith('role/')) return undefined;
  const name = arn.resource.slice(arn.resource.lastIndexOf('/') + 1);
  const { account } = arn;
  const row = await selectIdentity(database, globalScope({ account }), { kind: 'role', name });
  return row && entityArn(account, 'role', row.path, row.name) === roleArn ? { ...row, account } : undefined;
}

/**
 * Temporary keys of a role, for a caller who was authorised by its trust policy.
 *
 * @throws LoamError `request-invalid` (duration, tags, source identity), `policy-malformed`, `session-policy-too-large`.
 */
export async function assumeRole(
  context: IdentityContext,
  caller: Principal,
  wishes: RoleWishes,
): Promise<RoleSession> {
  const role = await findRole(context, wishes.RoleArn);
  if (!role) throw mayNotAssume(caller.arn, wishes.RoleArn);
  checkDuration(role, wishes.DurationSeconds, caller.type === 'role');
  const parts = readSessionParts(wishes, inheritedTags(caller));
  const sourceIdentity = sourceIdentityOf(caller, wishes.SourceIdentity);
  return issueRoleSession(context, role, wishes, { ...parts, sourceIdentity });
}

/** @param narrowed what the session has beside the role's own rights. */
export async function issueRoleSession(
  context: IdentityContext,
  role: IdentityRow & { account: string },
  { RoleSessionName: name, DurationSeconds = DEFAULT_SECONDS }: Pick<RoleWishes, 'RoleSessionName' | 'DurationSeconds'>,
  narrowed: SessionParts & { sourceIdentity?: string | undefined; claims?: Tags },
): Promise<RoleSession> {
  const { packedPercent, sourceIdentity, claims, ...parts } = narrowed;
  await requirePolicies(context, role.account, parts.policyArns);
  const issued = context.clock.now();
  const session: Omit<Session, 'secret'> = {
    ...{ kind: 'role', account: role.account, of: role.id, name, ...parts, sourceIdentity, claims },
    ...{ issued, expires: issued + DurationSeconds * 1000 },
  };
  return {
    keys: issueKeys(context.keyring, context.ids, session),
    assumedRoleId: `${role.id}:${name}`,
    arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${name}`,
    ...{ packedPercent, sourceIdentity },
  };
}

/** @throws LoamError `request-invalid`. */
export function checkDuration(role: IdentityRow, seconds: number | undefined, chained: boolean): void {
  if (seconds === undefined) return;
  if (chained && seconds > MOST_CHAINED_SECONDS) {
    throw invalidInput(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > (role.maxSession ?? DEFAULT_SECONDS)) {
    throw invalidInput('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
}

/** The same sentence whether the role is there or not: who may not assume it need not know. */
export function mayNotAssume(caller: string, resource: string): LoamError {
  return new LoamError('access-denied', { action: 'sts:AssumeRole', resource, caller });
}

/** Session policies have to be there, in the role's own account. @throws LoamError `entity-not-found`. */
export async function requirePolicies(context: IdentityContext, account: string, arns: readonly string[]) {
  for (const arn of arns) await getPolicy(context, globalScope({ account }), arn);
}

function inheritedTags({ tags = {}, transitiveTagKeys = [] }: Principal): Tags {
  return Object.fromEntries(transitiveTagKeys.flatMap((key) => (tags[key] === undefined ? [] : [[key, tags[key]]])));
}

/** Whoever a session is of in truth stays so down the chain. */
function sourceIdentityOf({ sessionKeys }: Principal, asked: string | undefined): string | undefined {
  const known = sessionKeys?.['aws:SourceIdentity'];
  if (known === undefined || asked === undefined || known === asked) return known ?? asked;
  throw invalidInput('The source identity of a session cannot be changed by role chaining.');
}
