import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { createAccessKeys } from '../../access/access-keys.ts';
import { createAccounts } from '../../access/accounts.ts';
import { authorize } from '../../access/authorize.ts';
import { globalKeys } from '../../access/global-keys.ts';
import { accessMigrations } from '../../access/migrations.ts';
import { systemClock } from '../../core/clock.ts';
import { randomIds } from '../../core/ids.ts';
import { silentLog } from '../../core/log.ts';
import { createPageTokens } from '../../core/paging.ts';
import { openTestDatabase } from '../../storage/database/open-test-database.ts';
import { keyringOf } from '../../storage/keys/keyring.ts';
import { DEFAULT_WIRE_LIMITS } from '../../wire/limits.ts';
import { createWire } from '../../wire/server.ts';
import { createIdentity, type Identity, type IdentityOptions, identityMigrations } from './index.ts';

export const OPERATOR = '111111111111';
export const OTHER = '222222222222';

/** Keys as official clients take them. */
export interface ClientKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** IAM and STS answered on a port of the loopback, with two accounts: what the tests of this system use. */
export interface TestServer {
  readonly endpoint: string;
  readonly identity: Identity;
  /** What it was made with, for another one like it on the same database. */
  readonly identityOptions: IdentityOptions;
  readonly accounts: ReturnType<typeof createAccounts>;
  readonly root: ClientKeys;
  readonly otherRoot: ClientKeys;
  iam(keys?: ClientKeys): IAMClient;
  sts(keys?: ClientKeys): STSClient;
  /** Moves the server's clock on. */
  passTime(milliseconds: number): void;
  close(): Promise<void>;
}

export async function startTestServer(): Promise<TestServer> {
  const { database, remove } = await openTestDatabase([...accessMigrations, ...identityMigrations]);
  let offset = 0;
  const clock = { now: () => systemClock.now() + offset };
  const shared = { database, clock, ids: randomIds, log: silentLog, keyring: keyringOf(Buffer.alloc(32, 1)) };
  const root = { accessKeyId: 'AKIAROOTROOTROOTROOT', secretAccessKey: 'the secret of the operator' };
  const accessKeys = createAccessKeys({ ...shared, root: { ...root, account: OPERATOR } });
  const accounts = createAccounts({ ...shared, operator: OPERATOR });
  const pageTokens = createPageTokens(Buffer.alloc(32, 2));
  const identityOptions = { ...shared, pageTokens, accessKeys, accounts, fetch: globalThis.fetch };
  const identity = createIdentity(identityOptions);
  const wire = createWire({
    ...shared,
    ...{ services: identity.operations, credentials: identity.credentials, limits: DEFAULT_WIRE_LIMITS },
    async authorize({ principal, scope, input, permission, guard, operation, signingName }) {
      const asking = { principal, scope, operation };
      return authorize({
        ...{
          principal,
          operation: `${signingName}:${operation}`,
          accesses: await permission?.(input as never, asking),
        },
        ...(guard && { guard: (access) => guard(access, asking, input) }),
        keys: globalKeys({ now: clock.now(), region: scope.region }),
      });
    },
    ...{ defaultRegion: 'us-east-1', legacyPresigning: true, onCall: identity.noteUse },
  });
  const server = createServer((request, response) => void wire.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const otherRoot = await accessKeys.create({ account: OTHER });
  const settings = (credentials: ClientKeys) => ({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const clients: { destroy(): void }[] = [];
  const kept = <Client extends { destroy(): void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  return {
    ...{ endpoint, identity, identityOptions, accounts, root, otherRoot },
    iam: (keys = root) => kept(new IAMClient(settings(keys))),
    sts: (keys = root) => kept(new STSClient(settings(keys))),
    passTime(milliseconds) {
      offset += milliseconds;
    },
    async close() {
      for (const client of clients) client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await remove();
    },
  };
}
