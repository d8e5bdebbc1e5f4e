import { createHash } from 'node:crypto';
import type { AccessKeys } from '../../../access/access-keys.ts';
import type { Accounts } from '../../../access/accounts.ts';
import { createShortLivedCache, type ShortLivedCache } from '../../../access/short-lived-cache.ts';
import type { AccessKey, Credentials } from '../../../wire/credentials.ts';
import { globalScope, type IdentityContext } from '../context.ts';
import { userKeyContext } from '../entities/user-keys.ts';
import { readSession } from '../sessions/session-token.ts';
import { findSigningKey } from '../tables/access-keys.ts';
import { selectIdentityById } from '../tables/identities.ts';
import { sessionPrincipal } from './session-principal.ts';
import { userPrincipal } from './user-principal.ts';

/** Everybody who can call: root keys, keys of users, temporary keys, bearer keys. */
export interface IdentityCredentials extends Credentials {
  /** Forgets whom keys speak for and what they may do: the next request asks anew. */
  forget(): void;
}

export interface CredentialsOptions extends Omit<IdentityContext, 'changed'> {
  readonly accessKeys: Pick<AccessKeys, 'find' | 'bearer'>;
  readonly accounts: Pick<Accounts, 'isOpen'>;
}

/** How long a process may go without hearing of a change that another made. */
const CACHE = { entries: 2_000, lifeMs: 5_000 };

type Found = { readonly key: AccessKey } | 'root';

export function createCredentials(options: CredentialsOptions): IdentityCredentials {
  const { accessKeys, clock } = options;
  const known = createShortLivedCache<Found>(CACHE, clock);
  const lasting = (id: string): Promise<Found | undefined> => known.get(id, () => loadLasting(options, id));
  return {
    async find(id, sessionToken) {
      if (sessionToken !== undefined) return findTemporary(options, known, id, sessionToken);
      const found = await lasting(id);
      return found === 'root' ? accessKeys.find(id) : found?.key;
    },
    bearer: (token) => accessKeys.bearer(token),
    forget: () => known.clear(),
  };
}

/** A key of a user; whatever is none may be a root key, which has a memory of its own. */
async function loadLasting(options: CredentialsOptions, id: string): Promise<Found | undefined> {
  const { database, keyring, accessKeys, accounts } = options;
  const row = await findSigningKey(database, id);
  if (!row) return (await accessKeys.find(id)) ? 'root' : undefined;
  const scope = globalScope(row);
  const user = await selectIdentityById(database, scope, row.userId);
  if (!user || !(await accounts.isOpen(row.account))) return undefined;
  const secret = keyring.open(row.sealed, userKeyContext(id)).toString('utf8');
  return { key: { secret, principal: { ...(await userPrincipal(database, scope, user)), accessKeyId: id } } };
}

async function findTemporary(
  options: CredentialsOptions,
  known: ShortLivedCache<Found>,
  id: string,
  token: string,
): Promise<AccessKey | undefined> {
  const name = `${id} ${createHash('sha256').update(token).digest('base64')}`;
  const found = await known.get(name, () => loadTemporary(options, id, token));
  return found === 'root' ? undefined : found?.key;
}

async function loadTemporary(options: CredentialsOptions, id: string, token: string): Promise<Found | undefined> {
  const { database, keyring, accounts } = options;
  const session = readSession(keyring, id, token);
  if (!session || !(await accounts.isOpen(session.account))) return undefined;
  const principal = await sessionPrincipal(database, session);
  if (!principal) return undefined;
  const { secret, expires: expiresAt } = session;
  return { key: { secret, expiresAt, sessionToken: token, principal: { ...principal, accessKeyId: id } } };
}
