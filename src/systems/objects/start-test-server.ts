import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { authorize } from '../../access/authorize.ts';
import { globalKeys } from '../../access/global-keys.ts';
import { systemClock } from '../../core/clock.ts';
import { randomIds } from '../../core/ids.ts';
import { silentLog } from '../../core/log.ts';
import { createPageTokens } from '../../core/paging.ts';
import type { Database } from '../../storage/database/contract.ts';
import { openTestDatabase } from '../../storage/database/open-test-database.ts';
import { type Keyring, keyringOf } from '../../storage/keys/keyring.ts';
import type { ObjectStore } from '../../storage/objects/contract.ts';
import { openFolderStore } from '../../storage/objects/folder.ts';
import type { CallInfo } from '../../wire/call.ts';
import { DEFAULT_WIRE_LIMITS } from '../../wire/limits.ts';
import { createWire } from '../../wire/server.ts';
import { createIdentity } from '../identity/index.ts';
import { createKms, type Kms, kmsMigrations } from '../kms/index.ts';
import { createObjects, type Objects, type ObjectsOptions, objectsMigrations } from './index.ts';

/** S3 and STS answered on a port of the loopback, over an embedded database and a folder: what the tests of this system use. */
export interface TestServer {
  readonly endpoint: string;
  readonly objects: Objects;
  readonly kms: Kms;
  readonly keyring: Keyring;
  /** Moves the clock of the objects. */
  passTime(milliseconds: number): void;
  /** Moves the clock of the keys. */
  passKeyTime(milliseconds: number): void;
  readonly database: Database;
  readonly store: ObjectStore;
  /** A client of the first account; one attempt, so that errors show. */
  client(options?: S3ClientConfig & { account?: Account }): S3Client;
  close(): Promise<void>;
}

/** Two accounts, each with one root key named like it. */
export const FIRST = '111111111111';
export const SECOND = '222222222222';
type Account = typeof FIRST | typeof SECOND;
const SECRETS = { [FIRST]: 'the secret of the first account', [SECOND]: 'the secret of the second account' } as const;

export async function startTestServer(options: Pick<ObjectsOptions, 'notifications'> = {}): Promise<TestServer> {
  const { database, dataFolder, remove } = await openTestDatabase([...objectsMigrations, ...kmsMigrations]);
  const store = await openFolderStore({ folder: join(dataFolder, 'objects'), ids: randomIds });
  const shared = { clock: systemClock, ids: randomIds, log: silentLog };
  const pageTokens = createPageTokens(Buffer.alloc(32, 1));
  const keyring = keyringOf(Buffer.alloc(32, 2));
  let offset = 0;
  const clock = { now: () => systemClock.now() + offset };
  const kms = createKms({ ...shared, clock, database, keyring, pageTokens });
  const keys = { keyring, dataKeys: kms.dataKeys, guard: kms.guard };
  let objectOffset = 0;
  const objectClock = { now: () => systemClock.now() + objectOffset };
  const cache = { mostBytes: 2 ** 20 };
  const objects = createObjects({
    ...shared,
    ...options,
    clock: objectClock,
    database,
    store,
    pageTokens,
    keys,
    cache,
  });
  const identity = createIdentity({
    ...{ ...shared, database, keyring, pageTokens, fetch: globalThis.fetch, accounts: { isOpen: async () => true } },
    accessKeys: { find: async () => undefined, bearer: async () => undefined, forget: () => undefined },
  });
  const wire = createWire({
    ...shared,
    services: [objects.operations, kms.operations, ...identity.operations],
    credentials: { find: async (id) => accessKey(id.slice(-12)), bearer: async () => undefined },
    authorize: authorizeCall,
    limits: DEFAULT_WIRE_LIMITS,
    defaultRegion: 'us-east-1',
    legacyPresigning: true,
  });
  const server = createServer((request, response) => void wire.handle(request, response));
  server.on('checkContinue', (request, response) => void wire.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: S3Client[] = [];
  return {
    ...{ endpoint, objects, kms, keyring, database, store },
    passTime(milliseconds) {
      objectOffset += milliseconds;
    },
    passKeyTime(milliseconds) {
      offset += milliseconds;
    },
    client({ account = FIRST, ...options }: S3ClientConfig & { account?: Account } = {}) {
      const client = new S3Client({ ...clientOptions(endpoint, account), ...options });
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await remove();
    },
  };
}

export function clientOptions(endpoint: string, account: Account = FIRST) {
  return {
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    forcePathStyle: true,
    credentials: { accessKeyId: `AKIA${account}`, secretAccessKey: SECRETS[account] },
  };
}

/** As the server does, without what only a whole server knows of a request. */
async function authorizeCall({ principal, scope, input, signingName, permission, guard, ...call }: CallInfo) {
  const asking = { principal, scope, operation: call.operation };
  return authorize({
    principal,
    operation: `${signingName}:${call.operation}`,
    accesses: await permission?.(input as never, asking),
    each: permission?.each === true,
    ...(guard && { guard: (access) => guard(access, asking, input) }),
    keys: globalKeys({ now: systemClock.now(), region: scope.region, sourceAddress: call.origin?.sourceAddress }),
  });
}

function accessKey(account: string) {
  if (account !== FIRST && account !== SECOND) return undefined;
  const arn = `arn:aws:iam::${account}:root`;
  return { secret: SECRETS[account], principal: { type: 'root', account, arn, id: account } as const };
}
