import { join } from 'node:path';
import { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentRuntimeClient } from '@aws-sdk/client-bedrock-agent-runtime';
import { S3Client } from '@aws-sdk/client-s3';
import type { Principal } from '../../src/access/principal.ts';
import { systemClock } from '../../src/core/clock.ts';
import { randomIds } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { createPageTokens } from '../../src/core/paging.ts';
import { every } from '../../src/core/periodic.ts';
import { createModels, type ModelsOptions } from '../../src/models/index.ts';
import { authorizeCall } from '../../src/server/authorize-call.ts';
import { DEFAULT_LISTENER_LIMITS } from '../../src/server/limits.ts';
import { createListener } from '../../src/server/listener.ts';
import type { Database, Migration } from '../../src/storage/database/contract.ts';
import { openDatabase } from '../../src/storage/database/open-database.ts';
import { openTestDatabase, type TestDatabase } from '../../src/storage/database/open-test-database.ts';
import { createJobs } from '../../src/storage/jobs/create-jobs.ts';
import { jobMigrations } from '../../src/storage/jobs/migrations.ts';
import type { ObjectStore } from '../../src/storage/objects/contract.ts';
import { openFolderStore } from '../../src/storage/objects/folder.ts';
import {
  createKnowledge,
  createTransformations,
  createVectorStores,
  type Knowledge,
  knowledgeMigrations,
  type VectorStoreSettings,
} from '../../src/systems/knowledge/index.ts';
import { createObjects, objectsMigrations } from '../../src/systems/objects/index.ts';
import { DEFAULT_WIRE_LIMITS } from '../../src/wire/limits.ts';
import { createWire } from '../../src/wire/server.ts';
import { createWorkerPool } from '../../src/workers/index.ts';

/** Knowledge bases and S3 in this process, on a port of the loopback, over an embedded database and a folder. */
export interface KnowledgeServer {
  readonly knowledge: Knowledge;
  readonly database: Database;
  readonly store: ObjectStore;
  client(principal?: string): { agent: BedrockAgentClient; runtime: BedrockAgentRuntimeClient; s3: S3Client };
  close(): Promise<void>;
}

export const ACCOUNT = '111111111111';

export interface KnowledgeServerOptions {
  readonly form?: 'embedded' | 'pglite';
  /** A folder that outlives the server; by default one that goes with it. */
  readonly folder?: string;
  readonly models?: Partial<ModelsOptions['configuration']>;
  /** By the ARN or endpoint of storage configurations. */
  readonly vectorStores?: VectorStoreSettings;
  /** The text of every secret, by ARN. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** By the ARN of a Lambda function. */
  readonly transformations?: Parameters<typeof createTransformations>[0]['settings'];
  /** Who is held to policies, by the name that they sign with; everybody else may do everything. */
  readonly people?: Readonly<Record<string, Pick<Principal, 'policies' | 'tags'>>>;
}

export async function startKnowledge(options: KnowledgeServerOptions = {}): Promise<KnowledgeServer> {
  const migrations = [...jobMigrations, ...objectsMigrations, ...knowledgeMigrations];
  const { database, dataFolder, remove } = await openStorage(migrations, options);
  const store = await openFolderStore({ folder: join(dataFolder, 'objects'), ids: randomIds });
  const log = process.env.LOAM_TEST_LOG ? consoleLog : silentLog;
  const shared = { clock: systemClock, ids: randomIds, log, database, store };
  const pageTokens = createPageTokens(Buffer.alloc(32, 1));
  const objects = createObjects({ ...shared, pageTokens });
  const jobs = createJobs({ ...shared, instance: randomIds.uuid() });
  const workers = createWorkerPool({ concurrency: 2 });
  const configuration = { providers: {}, models: {}, ...options.models };
  const models = createModels({ configuration, environment: {}, fetch, log, workers });
  const { transformations: settings = {} } = options;
  const transformations = createTransformations({
    settings,
    environment: { HOOK_TOKEN: 'let me in' },
    workers,
    fetch,
    log,
  });
  const vectorStores = createVectorStores({
    configuration: { vectorStores: options.vectorStores ?? {}, allowOutbound: [] },
    environment: {},
    readSecret: async (_, arn) => ({ bytes: Buffer.from(options.secrets?.[arn] ?? '{}') }),
    log,
  });
  const knowledge = createKnowledge({
    vectorStores,
    ...shared,
    pageTokens,
    objects,
    jobs,
    workers,
    models,
    indexHistoryDays: 7,
    transformations,
  });
  const wire = createWire({
    ...shared,
    services: [objects.operations, ...knowledge.operations],
    credentials: { find: async (id) => accessKey(id, options.people?.[id]), bearer: async () => undefined },
    authorize: async (call) => (options.people?.[call.principal.id] ? authorizeCall(call, systemClock) : undefined),
    limits: DEFAULT_WIRE_LIMITS,
    defaultRegion: 'us-east-1',
    legacyPresigning: true,
  });
  const listener = createListener({
    handle: (request, response) => wire.handle(request, response),
    limits: DEFAULT_LISTENER_LIMITS,
  });
  const port = await listener.listen(0, '127.0.0.1');
  await jobs.start(knowledge.jobHandlers);
  const events = every(100, () => objects.deliverEvents(), { name: 'delivery of events', log });
  const open: { destroy(): void }[] = [];
  return {
    ...{ knowledge, database, store },
    client(principal = 'alice') {
      const options = {
        endpoint: `http://127.0.0.1:${port}`,
        region: 'us-east-1',
        maxAttempts: 1,
        credentials: { accessKeyId: principal, secretAccessKey: SECRET },
      };
      const clients = {
        agent: new BedrockAgentClient(options),
        runtime: new BedrockAgentRuntimeClient(options),
        s3: new S3Client({ ...options, forcePathStyle: true }),
      };
      open.push(...Object.values(clients));
      return clients;
    },
    async close() {
      for (const client of open) client.destroy();
      await events.stop();
      await listener.close(100);
      await jobs.stop(2_000);
      await knowledge.close();
      await workers.close();
      await remove();
    },
  };
}

function openStorage(
  migrations: readonly Migration[],
  { form, folder }: KnowledgeServerOptions,
): Promise<TestDatabase> {
  return folder === undefined ? openTestDatabase(migrations, form) : openKept(folder, migrations);
}

async function openKept(dataFolder: string, migrations: readonly Migration[]): Promise<TestDatabase> {
  const database = await openDatabase({ dataFolder, migrations, log: silentLog });
  return { database, dataFolder, remove: () => database.close() };
}

const SECRET = 'the secret of everybody here';

/** A principal whose name ends in twelve digits is one of that account. */
function accessKey(id: string, person: Pick<Principal, 'policies' | 'tags'> = {}) {
  const account = /\d{12}$/.exec(id)?.[0] ?? ACCOUNT;
  const arn = `arn:aws:iam::${account}:user/${id}`;
  return { secret: SECRET, principal: { type: 'user', account, arn, id, ...person } as const };
}

const print = (facts: unknown, message: string): void => console.log(message, facts);
const consoleLog = { debug: print, info: print, warn: print, error: print };
