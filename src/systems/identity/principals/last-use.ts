import type { Principal } from '../../../access/principal.ts';
import type { Scope } from '../../../core/scope.ts';
import { globalScope, type IdentityContext } from '../context.ts';
import { touchUserKey } from '../tables/access-keys.ts';
import { touchIdentity } from '../tables/identities.ts';

/** A call as far as it tells who was at work. */
export interface Use {
  readonly principal: Principal | undefined;
  readonly scope: Scope | undefined;
  readonly service: string | undefined;
}

const MINUTE_MS = 60_000;
const MOST_NOTED = 10_000;

/**
 * Notes when keys and roles were last used, at most once a minute for each: a write for every call would cost more than the
 * calls.
 */
export function createLastUse({ database, clock, log }: Pick<IdentityContext, 'database' | 'clock' | 'log'>) {
  const noted = new Map<string, number>();
  return ({ principal, scope, service = '' }: Use): void => {
    const subject = principal && subjectOf(principal);
    if (!subject || !principal || !scope) return;
    const now = clock.now();
    if ((noted.get(subject) ?? Number.NEGATIVE_INFINITY) > now - MINUTE_MS) return;
    if (noted.size >= MOST_NOTED) noted.clear();
    noted.set(subject, now);
    const [own, use] = [globalScope(principal), { id: subject, at: new Date(now), usedRegion: scope.region }];
    const written =
      principal.type === 'role' ? touchIdentity(database, own, use) : touchUserKey(database, own, { ...use, service });
    written.catch((error: unknown) => log.warn({ err: error }, 'the last use of a key could not be noted'));
  };
}

function subjectOf({ type, id, accessKeyId }: Principal): string | undefined {
  if (type === 'role') return id.split(':', 1)[0];
  return type === 'user' && accessKeyId?.startsWith('AKIA') ? accessKeyId : undefined;
}
