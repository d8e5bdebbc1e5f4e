import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KMSClient } from '@aws-sdk/client-kms';
import { parsePolicy } from '../../access/policy/parse-policy.ts';
import type { Principal } from '../../access/principal.ts';
import { randomIds } from '../../core/ids.ts';
import { silentLog } from '../../core/log.ts';
import { createPageTokens } from '../../core/paging.ts';
import { authorizeCall } from '../../server/authorize-call.ts';
import type { Database } from '../../storage/database/contract.ts';
import { openTestDatabase } from '../../storage/database/open-test-database.ts';
import { type Keyring, keyringOf } from '../../storage/keys/keyring.ts';
import { DEFAULT_WIRE_LIMITS } from '../../wire/limits.ts';
import { createWire } from '../../wire/server.ts';
import { createKms, type Kms, kmsMigrations } from './index.ts';

export const FIRST = '111111111111';
export const SECOND = '222222222222';
/** A user of the first account with this policy. */
export const USER = `arn:aws:iam::${FIRST}:user/ada`;
const SECRET = 'the secret of everybody in this test';

export interface TestKms {
  readonly endpoint: string;
  readonly kms: Kms;
  readonly database: Database;
  readonly keyring: Keyring;
  /** Moves the clock. */
  pass(milliseconds: number): void;
  client(account?: typeof FIRST | typeof SECOND): KMSClient;
  /** A client of the user `ada`, who has this policy and no other. */
  userClient(policy?: object): KMSClient;
  close(): Promise<void>;
}

export async function startTestKms(): Promise<TestKms> {
  const { database, remove } = await openTestDatabase(kmsMigrations);
  let offset = 0;
  const clock = { now: () => Date.now() + offset };
  const real = { now: () => Date.now() };
  const shared = { ids: randomIds, log: silentLog };
  const keyring = keyringOf(Buffer.alloc(32, 7));
  const pageTokens = createPageTokens(Buffer.alloc(32, 1));
  const kms = createKms({ ...shared, clock, database, keyring, pageTokens });
  const userPolicies = new Map<string, object | undefined>();
  const wire = createWire({
    ...{ ...shared, clock: real, services: [kms.operations], limits: DEFAULT_WIRE_LIMITS },
    credentials: {
      find: async (id) => ({ secret: SECRET, principal: principalOf(id, userPolicies) }),
      bearer: async () => undefined,
    },
    authorize: (call) => authorizeCall(call, real),
    ...{ defaultRegion: 'us-east-1', legacyPresigning: true },
  });
  const server = createServer((request, response) => void wire.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: KMSClient[] = [];
  const clientOf = (accessKeyId: string): KMSClient => {
    const credentials = { accessKeyId, secretAccessKey: SECRET };
    const client = new KMSClient({ endpoint, region: 'us-east-1', maxAttempts: 1, credentials });
    clients.push(client);
    return client;
  };
  return {
    ...{ endpoint, kms, database, keyring },
    pass(milliseconds) {
      offset += milliseconds;
    },
    client: (account = FIRST) => clientOf(`AKIA${account}`),
    userClient(policy) {
      const id = `AKIAUSER${userPolicies.size}`.padEnd(20, '0');
      userPolicies.set(id, policy);
      return clientOf(id);
    },
    async close() {
      for (const client of clients) client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await remove();
    },
  };
}

/** Root of the account that the key's id ends with, or the user ada with the policy that was given. */
export function principalOf(id: string, userPolicies: ReadonlyMap<string, object | undefined>): Principal {
  if (!userPolicies.has(id)) {
    const account = id.slice(-12);
    return { type: 'root', account, arn: `arn:aws:iam::${account}:root`, id: account, accessKeyId: id };
  }
  const policy = userPolicies.get(id);
  const identity = policy ? [{ name: 'policy of ada', policy: parsePolicy(policy, 'identity') }] : [];
  const names = { arn: USER, id: 'AIDAADA', userName: 'ada', accessKeyId: id };
  return { type: 'user', account: FIRST, ...names, policies: { identity } };
}
