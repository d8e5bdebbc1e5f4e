import type { Principal } from '../../../access/principal.ts';
import { LoamError } from '../../../core/errors.ts';
import type { IdentityContext } from '../context.ts';
import { requirePolicies } from './assume-role.ts';
import { readSessionParts, type SessionWishes } from './session-limits.ts';
import { issueKeys, type TemporaryKeys } from './session-token.ts';

const DEFAULT_SECONDS = 43_200;
/** Root's temporary keys live an hour at most. */
const MOST_ROOT_SECONDS = 3600;

/** Temporary keys of the caller itself. @throws LoamError `access-denied` for who has temporary keys already. */
export function issueOwnSession(
  { keyring, ids, clock }: IdentityContext,
  caller: Principal,
  seconds = DEFAULT_SECONDS,
): TemporaryKeys {
  requireLastingKeys(caller, 'sts:GetSessionToken');
  const issued = clock.now();
  const expires = issued + limited(caller, seconds) * 1000;
  return issueKeys(keyring, ids, { kind: 'self', account: caller.account, of: caller.id, name: '', issued, expires });
}

export interface FederationWishes extends Omit<SessionWishes, 'TransitiveTagKeys'> {
  readonly Name: string;
  readonly DurationSeconds?: number | undefined;
}

export interface FederatedSession {
  readonly keys: TemporaryKeys;
  readonly id: string;
  readonly arn: string;
  readonly packedPercent: number | undefined;
}

/** Temporary keys for somebody whom a user speaks for. @throws LoamError as `assumeRole`, `not-implemented` for root. */
export async function issueFederatedSession(
  context: IdentityContext,
  caller: Principal,
  { Name: name, DurationSeconds: seconds = DEFAULT_SECONDS, ...wishes }: FederationWishes,
): Promise<FederatedSession> {
  requireLastingKeys(caller, 'sts:GetFederationToken');
  if (caller.type !== 'user') throw new LoamError('not-implemented', { feature: 'GetFederationToken for root' });
  const { packedPercent, policy, policyArns, tags } = readSessionParts(wishes);
  await requirePolicies(context, caller.account, policyArns);
  const issued = context.clock.now();
  const { account, id: of } = caller;
  const expires = issued + seconds * 1000;
  const session = { kind: 'federated', account, of, name, policy, policyArns, tags, issued, expires } as const;
  const keys = issueKeys(context.keyring, context.ids, session);
  return { keys, id: `${account}:${name}`, arn: `arn:aws:sts::${account}:federated-user/${name}`, packedPercent };
}

function requireLastingKeys({ type, sessionKeys, arn }: Principal, action: string): void {
  const lasting = (type === 'root' || type === 'user') && sessionKeys === undefined;
  if (!lasting)
    throw new LoamError('access-denied', {
      action,
      resource: '*',
      caller: arn,
      because: 'because only lasting keys of a user or root may ask for temporary keys',
    });
}

function limited({ type }: Principal, seconds: number): number {
  return type === 'root' ? Math.min(seconds, MOST_ROOT_SECONDS) : seconds;
}
