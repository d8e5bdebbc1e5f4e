/** Who calls and what they may do: IAM, STS, and the keys that requests are signed with. */
import type { AccessKeys } from '../../access/access-keys.ts';
import type { Accounts } from '../../access/accounts.ts';
import { createIssuers, type Issuers } from '../../access/oidc/issuers.ts';
import type { Principal } from '../../access/principal.ts';
import type { Fetch } from '../../core/outbound/index.ts';
import type { Scope } from '../../core/scope.ts';
import type { ServiceOperations } from '../../wire/operation.ts';
import { iamOperations } from './api/iam/index.ts';
import { stsOperations } from './api/sts/index.ts';
import { globalScope, type IdentityContext } from './context.ts';
import { createCredentials, type IdentityCredentials } from './principals/credentials.ts';
import { createLastUse, type Use } from './principals/last-use.ts';
import { sessionPrincipal } from './principals/session-principal.ts';
import { principalOfArn } from './principals/simulated-principal.ts';
import { findRole } from './sessions/assume-role.ts';
import { revokeSessions } from './sessions/revoke-sessions.ts';

export { identityMigrations } from './migrations/list.ts';

export interface IdentityOptions extends Omit<IdentityContext, 'changed'> {
  readonly accessKeys: Pick<AccessKeys, 'find' | 'bearer' | 'forget'>;
  readonly accounts: Pick<Accounts, 'isOpen'>;
  /** Asks issuers of identity tokens for their keys. */
  readonly fetch: Fetch;
}

export interface Identity {
  /** Of the services iam and sts. */
  readonly operations: readonly ServiceOperations[];
  /** Whom the key of a request speaks for, with all that says what it may do. */
  readonly credentials: IdentityCredentials;
  /** Issuers of identity tokens, their keys remembered. */
  readonly issuers: Issuers;
  /** Notes who was at work: to be told of every call. */
  noteUse(use: Use): void;
  /** Forgets remembered rights, here and in every process on the same database. */
  changed(): Promise<void>;
  /** Forgets remembered rights here alone: what hears of changes that others made calls it. */
  forget(): void;
  /**
   * The user, role or group of an ARN of the account, with the rights that it has now.
   *
   * @throws LoamError `request-invalid`, `entity-not-found`
   */
  findPrincipal(this: void, scope: Scope, arn: string): Promise<Principal>;
  /** A role of any account by its ARN. @returns undefined when there is none. */
  findRole(this: void, arn: string): Promise<{ id: string; arn: string; account: string } | undefined>;
  /**
   * Whom a session speaks for that was made otherwise than by STS: a sign-in to the console. What it may do is what the
   * role may now.
   *
   * @returns undefined when the role is gone or its account closed.
   */
  rolePrincipal(this: void, session: RoleSignIn): Promise<Principal | undefined>;
  /**
   * Ends the sessions of a role that were made before now, by a policy of the role that everybody can see and remove.
   *
   * @throws LoamError `entity-not-found`.
   */
  revokeSessions(account: string, role: string): Promise<void>;
}

/** A session of a role as a sign-in makes it. */
export interface RoleSignIn {
  readonly role: { readonly id: string; readonly account: string };
  readonly name: string;
  readonly issued: Date;
  /** Condition keys that every call of the session has. */
  readonly keys: Readonly<Record<string, string>>;
}

const CHANNEL = 'identity';

export function createIdentity(options: IdentityOptions): Identity {
  const { database, accessKeys, fetch, clock } = options;
  const credentials = createCredentials(options);
  const forget = (): void => {
    credentials.forget();
    accessKeys.forget();
  };
  const context: IdentityContext = {
    ...options,
    async changed() {
      forget();
      await database.notify(CHANNEL, '');
    },
  };
  const issuers = createIssuers({ fetch, clock });
  return {
    operations: [iamOperations(context), stsOperations({ ...context, issuers, accessKeys })],
    credentials,
    issuers,
    noteUse: createLastUse(options),
    findPrincipal: (scope, arn) => principalOfArn(context, globalScope(scope), arn),
    async findRole(arn) {
      const role = await findRole(context, arn);
      return role && { id: role.id, account: role.account, arn };
    },
    rolePrincipal: (session) => signedInPrincipal(options, session),
    changed: () => context.changed(),
    forget,
    revokeSessions: (account, role) => revokeSessions(context, globalScope({ account }), role),
  };
}

async function signedInPrincipal(
  { database, accounts }: IdentityOptions,
  { role, name, issued, keys }: RoleSignIn,
): Promise<Principal | undefined> {
  if (!(await accounts.isOpen(role.account))) return undefined;
  const times = { issued: issued.getTime(), expires: Number.MAX_SAFE_INTEGER };
  const session = { kind: 'role', account: role.account, of: role.id, name, secret: '', claims: keys } as const;
  return sessionPrincipal(database, { ...session, ...times });
}

/** Hears what other processes changed, until the function that it gives is called. */
export function listenForChanges({ database }: Pick<IdentityOptions, 'database'>, forget: () => void): () => void {
  return database.listen(CHANNEL, { heard: forget, missed: forget });
}
