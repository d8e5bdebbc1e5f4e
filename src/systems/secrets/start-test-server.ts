import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { randomIds } from '../../core/ids.ts';
import { silentLog } from '../../core/log.ts';
import { createPageTokens } from '../../core/paging.ts';
import { authorizeCall } from '../../server/authorize-call.ts';
import type { Database } from '../../storage/database/contract.ts';
import { openTestDatabase } from '../../storage/database/open-test-database.ts';
import { keyringOf } from '../../storage/keys/keyring.ts';
import { DEFAULT_WIRE_LIMITS } from '../../wire/limits.ts';
import { createWire } from '../../wire/server.ts';
import { createKms, type Kms, kmsMigrations } from '../kms/index.ts';
import { FIRST, principalOf, SECOND, USER } from '../kms/start-test-server.ts';
import { createSecrets, type Secrets, secretsMigrations } from './index.ts';

export { FIRST, SECOND, USER };

const SECRET = 'the secret of everybody in this test';

export interface TestSecrets {
  readonly kms: Kms;
  readonly secrets: Secrets;
  readonly database: Database;
  /** Moves the clock. */
  pass(milliseconds: number): void;
  client(account?: typeof FIRST | typeof SECOND): SecretsManagerClient;
  /** A client of the user `ada`, who has this policy and no other. */
  userClient(policy?: object): SecretsManagerClient;
  kmsClient(): KMSClient;
  close(): Promise<void>;
}

export async function startTestSecrets(): Promise<TestSecrets> {
  const { database, remove } = await openTestDatabase([...kmsMigrations, ...secretsMigrations]);
  let offset = 0;
  const clock = { now: () => Date.now() + offset };
  const real = { now: () => Date.now() };
  const shared = { ids: randomIds, log: silentLog };
  const pageTokens = createPageTokens(Buffer.alloc(32, 1));
  const kms = createKms({ ...shared, clock, database, keyring: keyringOf(Buffer.alloc(32, 7)), pageTokens });
  const secrets = createSecrets({
    ...{ database, clock, ids: randomIds, pageTokens, dataKeys: kms.dataKeys, keyGuard: kms.guard },
  });
  const userPolicies = new Map<string, object | undefined>();
  const wire = createWire({
    ...{ ...shared, clock: real, services: [kms.operations, secrets.operations], limits: DEFAULT_WIRE_LIMITS },
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
  const clients: { destroy(): void }[] = [];
  const options = (accessKeyId: string) => ({
    ...{ endpoint, region: 'us-east-1', maxAttempts: 1 },
    credentials: { accessKeyId, secretAccessKey: SECRET },
  });
  const keep = <Client extends { destroy(): void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  return {
    ...{ kms, secrets, database },
    pass(milliseconds) {
      offset += milliseconds;
    },
    client: (account = FIRST) => keep(new SecretsManagerClient(options(`AKIA${account}`))),
    userClient(policy) {
      const id = `AKIAUSER${userPolicies.size}`.padEnd(20, '0');
      userPolicies.set(id, policy);
      return keep(new SecretsManagerClient(options(id)));
    },
    kmsClient: () => keep(new KMSClient(options(`AKIA${FIRST}`))),
    async close() {
      for (const client of clients) client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await remove();
    },
  };
}
