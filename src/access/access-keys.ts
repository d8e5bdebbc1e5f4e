import type { Clock } from '../core/clock.ts';
import { LoamError } from '../core/errors.ts';
import type { Ids } from '../core/ids.ts';
import { isAccountId } from '../core/scope.ts';
import type { Database } from '../storage/database/contract.ts';
import type { Keyring } from '../storage/keys/keyring.ts';
import { createAccessKeyTable, type KeyRow } from './access-key-table.ts';
import {
  hashBearerToken,
  makeAccessKeyId,
  makeBearerKeyId,
  makeBearerToken,
  makeSecretAccessKey,
} from './key-material.ts';
import type { Principal } from './principal.ts';
import type { KeyPair } from './root-key.ts';
import { createShortLivedCache } from './short-lived-cache.ts';

/** A key as lists show it: never with its secret. */
export interface KeyDescription {
  readonly id: string;
  readonly kind: 'access-key' | 'bearer' | 'root';
  readonly account: string;
  readonly created?: Date;
  readonly expires?: Date;
  readonly revoked?: Date;
}

/** What verifying a signature needs. */
export interface SigningKey {
  readonly secret: string;
  readonly principal: Principal;
}

export interface AccessKeys {
  /** @returns undefined for a key that does not exist, was revoked or has expired. */
  find(accessKeyId: string): Promise<SigningKey | undefined>;
  /** Whom a bearer token speaks for; the services that it is good for are on the principal. */
  bearer(token: string): Promise<Principal | undefined>;
  /** A root key of an account; the secret is given this once. */
  create(options: { account: string }): Promise<KeyPair & { account: string }>;
  /** A bearer key for Amazon Bedrock's API (`AWS_BEARER_TOKEN_BEDROCK`); the token is given this once. */
  createBearer(options: {
    account: string;
    expiresInSeconds: number;
  }): Promise<{ id: string; token: string; expires: Date }>;
  list(): Promise<KeyDescription[]>;
  /** Works at once in this process and within 5 seconds in others. @throws LoamError `resource-not-found`. */
  revoke(id: string): Promise<void>;
  /** Forgets what it remembers of keys, because accounts were closed or another process revoked one. */
  forget(): void;
}

export interface AccessKeysOptions {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The key that is in no table, and the account it is the root of. */
  readonly root: KeyPair & { readonly account: string };
}

const CACHE = { entries: 1_000, lifeMs: 5_000 };
const LONGEST_LIFE_SECONDS = 365 * 86_400;

export function createAccessKeys({ database, keyring, clock, ids, root }: AccessKeysOptions): AccessKeys {
  const table = createAccessKeyTable(database);
  const signing = createShortLivedCache<KeyRow>(CACHE, clock);
  const bearers = createShortLivedCache<KeyRow>(CACHE, clock);
  const isValid = (row: KeyRow | undefined): row is KeyRow =>
    row !== undefined && row.revoked === null && (row.expires === null || row.expires.getTime() > clock.now());
  const rootKey: SigningKey = {
    secret: root.secretAccessKey,
    principal: rootPrincipal(root.account, root.accessKeyId),
  };
  return {
    async find(accessKeyId) {
      if (accessKeyId === root.accessKeyId) return rootKey;
      const row = await signing.get(accessKeyId, () => table.find(accessKeyId));
      if (!isValid(row) || !row.secret_sealed) return undefined;
      const secret = keyring.open(row.secret_sealed, sealContext(row.id)).toString('utf8');
      return { secret, principal: rootPrincipal(row.account, row.id) };
    },
    async bearer(token) {
      const hash = hashBearerToken(token);
      const row = await bearers.get(hash.toString('base64'), () => table.findBearer(hash));
      if (!isValid(row)) return undefined;
      return { ...rootPrincipal(row.account, row.id), ...(row.services && { services: row.services }) };
    },
    async create({ account }) {
      checkAccount(account);
      const pair = { accessKeyId: makeAccessKeyId(ids), secretAccessKey: makeSecretAccessKey(ids) };
      const sealed = keyring.seal(pair.secretAccessKey, sealContext(pair.accessKeyId));
      await table.insert({ id: pair.accessKeyId, account, kind: 'access-key', sealed, created: new Date(clock.now()) });
      return { ...pair, account };
    },
    async createBearer({ account, expiresInSeconds }) {
      checkAccount(account);
      checkLife(expiresInSeconds);
      const token = makeBearerToken(ids);
      const id = makeBearerKeyId(ids);
      const created = new Date(clock.now());
      const expires = new Date(clock.now() + expiresInSeconds * 1000);
      await table.insert({
        id,
        account,
        kind: 'bearer',
        hash: hashBearerToken(token),
        services: ['bedrock'],
        created,
        expires,
      });
      return { id, token, expires };
    },
    async list() {
      const rows = await table.list();
      return [{ id: root.accessKeyId, kind: 'root' as const, account: root.account }, ...rows.map(describe)];
    },
    async revoke(id) {
      if (!(await table.revoke(id, new Date(clock.now())))) {
        throw new LoamError('resource-not-found', { type: 'access key', id });
      }
      signing.forget(id);
      bearers.clear();
    },
    forget() {
      signing.clear();
      bearers.clear();
    },
  };
}

function rootPrincipal(account: string, accessKeyId: string): Principal {
  return { type: 'root', account, arn: `arn:aws:iam::${account}:root`, id: account, accessKeyId };
}

function sealContext(accessKeyId: string): string {
  return `access-key:${accessKeyId}`;
}

function describe({ id, kind, account, created, expires, revoked }: KeyRow): KeyDescription {
  return { id, kind, account, created, ...(expires && { expires }), ...(revoked && { revoked }) };
}

function checkAccount(account: string): void {
  if (isAccountId(account)) return;
  throw new LoamError('parameter-invalid', {
    parameter: 'account',
    problem: 'has another form',
    allowed: 'twelve digits',
  });
}

function checkLife(seconds: number): void {
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= LONGEST_LIFE_SECONDS) return;
  const allowed = `1 to ${LONGEST_LIFE_SECONDS} seconds`;
  throw new LoamError('parameter-invalid', { parameter: 'expiresInSeconds', problem: 'is out of range', allowed });
}
