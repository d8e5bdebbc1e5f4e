import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AccessKeys, createAccessKeys } from './access/access-keys.ts';
import { type Accounts, createAccounts } from './access/accounts.ts';
import { type Audit, createAudit } from './access/audit/audit.ts';
import { auditMigrations } from './access/audit/migrations.ts';
import { createConsoleSessions } from './access/console-sessions.ts';
import { accessMigrations } from './access/migrations.ts';
import { ensureRootKey, type RootKey } from './access/root-key.ts';
import { keySourcesOf, takeBackup } from './backups.ts';
import { type Configuration, readConfiguration } from './config.ts';
import { systemClock } from './core/clock.ts';
import { randomIds } from './core/ids.ts';
import { type Log, silentLog } from './core/log.ts';
import { createOutbound, type Fetch } from './core/outbound/index.ts';
import { createPageTokens } from './core/paging.ts';
import { createGarbage, type GarbageCollection } from './garbage.ts';
import { createModels, type Models } from './models/index.ts';
import { startPeriodicWork } from './periodic-work.ts';
import { openOidcSignIn } from './server/console/oidc/oidc-sign-in.ts';
import { accessOperations } from './server/loam/access-operations.ts';
import { accountOperations } from './server/loam/account-operations.ts';
import { bucketOperations } from './server/loam/bucket-operations.ts';
import { documentOperations } from './server/loam/document-operations.ts';
import { evaluationOperations } from './server/loam/evaluation-operations.ts';
import { knowledgeOperations } from './server/loam/knowledge-operations.ts';
import { type Maintenance, maintenanceOperations } from './server/loam/maintenance-operations.ts';
import { loamOperation, noInput, withNames } from './server/loam/operation.ts';
import { sessionOperations } from './server/loam/session-operations.ts';
import { requireSafeListening } from './server/safe-listening.ts';
import { type Serving, serve } from './server/serve.ts';
import { watchShelves } from './shelf-watch.ts';
import { openDatabase } from './storage/database/open-database.ts';
import type { PooledDatabase } from './storage/database/pooled-database.ts';
import { type FreeSpace, watchFreeSpace } from './storage/free-space.ts';
import { createJobs } from './storage/jobs/create-jobs.ts';
import { jobMigrations } from './storage/jobs/migrations.ts';
import { type Keyring, keyringOf } from './storage/keys/keyring.ts';
import { readRootEncryptionKey } from './storage/keys/root-encryption-key.ts';
import { checkRootKey, keyMigrations } from './storage/keys/root-key-check.ts';
import { storageMigrations } from './storage/leases.ts';
import type { ObjectStore } from './storage/objects/contract.ts';
import { openStores } from './storage/open-stores.ts';
import { createFolders, foldersMigrations } from './systems/folders/index.ts';
import { createGateway } from './systems/gateway/index.ts';
import { createIdentity, identityMigrations, listenForChanges } from './systems/identity/index.ts';
import { createKms, kmsMigrations } from './systems/kms/index.ts';
import {
  createKnowledge,
  createTransformations,
  createVectorStores,
  findTextRecognition,
  knowledgeMigrations,
  type TextRecognition,
  type Transformations,
} from './systems/knowledge/index.ts';
import { createObjects, type ObjectCacheOptions, objectsMigrations } from './systems/objects/index.ts';
import { createSecrets, secretsMigrations } from './systems/secrets/index.ts';
import { createTrail } from './systems/trail/index.ts';
import { type Coverage, readCoverage } from './wire/coverage.ts';
import { coverageReport } from './wire/coverage-text.ts';
import type { ServiceOperations } from './wire/operation.ts';
import { createWorkerPool, type WorkerPool } from './workers/index.ts';

export interface LoamOptions {
  readonly configuration: Configuration;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

/** A running Loam. */
export interface Loam {
  readonly endpoint: string;
  readonly consoleOrigin: string | undefined;
  readonly consoleLink: string | undefined;
  readonly rootKey: RootKey;
  /** Reads what may change while it runs: the certificate. */
  reload(): Promise<void>;
  /** Ends within about eight seconds: requests under way first, then jobs, which go on after the next start. */
  stop(): Promise<void>;
}

/** Every change of the schema, in the order in which they run. */
export const MIGRATIONS = [
  ...keyMigrations,
  ...jobMigrations,
  ...storageMigrations,
  ...accessMigrations,
  ...auditMigrations,
  ...identityMigrations,
  ...kmsMigrations,
  ...secretsMigrations,
  ...objectsMigrations,
  ...knowledgeMigrations,
  ...foldersMigrations,
];
const STOP = { requestsMs: 3000, jobsMs: 4000 };
const OBJECT_CACHE_MB = 64;
const KEY_BYTES = 32;
export const VERSION = readVersion();

/** Starts everything: storage, access, the systems, the endpoint and the console. */
export async function startLoam(options: LoamOptions): Promise<Loam> {
  const { configuration, environment, log } = options;
  requireSafeListening(configuration);
  warnOfProxies(environment, log);
  const ground = await openGround(options);
  const { rootKey } = ground;
  const systems = composeSystems(ground);
  listenForChanges(ground, systems.identity.forget);
  const shelves = watchShelves(ground.database, keySourcesOf(ground), log);
  const periodic = startPeriodicWork(ground, systems, shelves);
  const serving = await open(ground, systems);
  await ground.jobs.start([...systems.knowledge.jobHandlers, ...systems.objects.jobHandlers]);
  log.info({ endpoint: serving.endpoint, version: VERSION }, 'Loam is ready');
  return {
    endpoint: serving.endpoint,
    consoleOrigin: serving.console?.origin,
    consoleLink: serving.console?.link(),
    rootKey,
    reload: () => serving.reload(),
    async stop() {
      await serving.stop(STOP.requestsMs);
      await ground.jobs.stop(STOP.jobsMs);
      systems.objects.close();
      await systems.folders.close();
      await Promise.all(periodic.map((one) => one.stop()));
      await shelves.stop();
      await closeGround(ground, systems);
    },
  };
}

async function closeGround(ground: Ground, { knowledge }: Systems): Promise<void> {
  await knowledge.close();
  await ground.models.close();
  await ground.workers.close();
  ground.freeSpace.stop();
  await ground.audit.close();
  ground.closeStores();
  await ground.database.close();
}

/** How true each operation is, without anything running. */
export function describeCoverage(): Promise<Coverage> {
  return readCoverage(describeServices());
}

/** What all systems offer, without anything running. */
export function describeServices(): readonly ServiceOperations[] {
  // Composing systems asks nothing of what they stand on.
  const absent = {} as never;
  const systems = composeSystems({
    configuration: readConfiguration({ flags: {}, environment: {} }),
    keyring: keyringOf(new Uint8Array(KEY_BYTES)),
    log: silentLog,
    environment: {},
    ...{ database: absent, audit: absent, jobs: absent, workers: absent, models: absent },
    ...{ rootKey: absent, accessKeys: absent, accounts: absent },
    ...{ objectStore: absent, segmentStore: absent, closeStores: absent, freeSpace: absent },
  });
  return systems.services;
}

/** What all systems stand on. */
interface Ground {
  readonly configuration: Configuration;
  readonly environment: LoamOptions['environment'];
  readonly database: PooledDatabase;
  readonly keyring: Keyring;
  readonly rootKey: RootKey;
  readonly accessKeys: AccessKeys;
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly jobs: ReturnType<typeof createJobs>;
  readonly workers: WorkerPool;
  readonly models: Models;
  readonly objectStore: ObjectStore;
  readonly segmentStore: ObjectStore;
  closeStores(): void;
  readonly freeSpace: FreeSpace;
  readonly log: Log;
}

async function openGround(
  { configuration, environment, log, signal }: LoamOptions,
  { beside } = { beside: false },
): Promise<Ground> {
  const { databaseUrl: url, data: dataFolder, rootKeyCommand: command } = configuration;
  const form = configuration.database === 'auto' ? undefined : configuration.database;
  const database = await openDatabase({ url, dataFolder, form, migrations: MIGRATIONS, log, signal });
  const keyring = keyringOf((await readRootEncryptionKey({ dataFolder, environment, command, signal })).bytes);
  await checkRootKey(database, keyring);
  const { objectsUrl, objectsKeyFile, segmentCacheMb } = configuration;
  const segmentCacheBytes = segmentCacheMb * 2 ** 20;
  const stores = await openStores({
    ...{ objectsUrl, objectsKeyFile, segmentCacheBytes, dataFolder, environment, ids: randomIds, beside },
  });
  const workers = createWorkerPool({ concurrency: configuration.workers, log });
  const rootKey = ensureRootKey({ environment, dataFolder, ids: randomIds });
  const root = { ...rootKey, account: configuration.account };
  const access = { database, clock: systemClock, ids: randomIds };
  return {
    configuration,
    environment,
    database,
    keyring,
    rootKey,
    accessKeys: createAccessKeys({ ...access, keyring, root }),
    accounts: createAccounts({ ...access, operator: configuration.account }),
    audit: createAudit({
      ...{ database, key: keyring.derive('audit'), clock: systemClock, ids: randomIds, log },
      retentionDays: configuration.auditRetentionDays,
    }),
    jobs: createJobs({ database, clock: systemClock, log, instance: randomIds.uuid() }),
    workers,
    models: createModels({ configuration, environment, fetch: outboundForModels(configuration), log, workers }),
    objectStore: stores.objects,
    segmentStore: stores.segments,
    closeStores: stores.close,
    freeSpace: await watchFreeSpace({ folders: stores.folders, log }),
    log,
  };
}

// Models have time limits of their own, by provider.
const MODEL_LIMITS = { bytes: 256 << 20, headersMs: 86_400_000, idleMs: 86_400_000, totalMs: 86_400_000 };

/** Calls to providers: what the operator wrote down as a provider's URL may be anywhere. */
function outboundForModels({ allowOutbound: allow, providers }: Configuration): Fetch {
  const configured = Object.values(providers).flatMap((provider) =>
    'url' in provider && provider.url !== undefined ? [provider.url] : [],
  );
  return createOutbound({ allow, configured, limits: MODEL_LIMITS });
}

/** Webhooks that the operator wrote down may be anywhere. */
/** Calls to identity providers: the one that people sign in with may be anywhere. */
function outboundForIssuers({ allowOutbound: allow, oidcIssuer }: Configuration): Fetch {
  return createOutbound({ allow, configured: oidcIssuer === undefined ? [] : [oidcIssuer] });
}

function outboundForEvents({ allowOutbound: allow, notificationTargets }: Configuration): Fetch {
  return createOutbound({ allow, configured: Object.values(notificationTargets) });
}

// Hooks have time limits of their own.
const HOOK_LIMITS = { bytes: 64 << 20, headersMs: 900_000, idleMs: 900_000, totalMs: 900_000 };

/** Hooks that the operator wrote down may be anywhere. */
function transformationsOf({ configuration, environment, workers, log }: Ground): Transformations {
  const { allowOutbound: allow, transformations: settings } = configuration;
  const configured = Object.values(settings).flatMap((setting) => ('url' in setting ? setting.url : []));
  const fetch = createOutbound({ allow, configured, limits: HOOK_LIMITS });
  return createTransformations({ settings, environment, workers, fetch, log });
}

function warnOfProxies(environment: LoamOptions['environment'], log: Log): void {
  const set = Object.keys(environment).filter((name) => /^https?_proxy$/i.test(name) && environment[name]);
  if (set.length > 0)
    log.warn({ variables: set }, 'Outbound calls are checked and go direct: these proxies are not used');
}

type Systems = ReturnType<typeof composeSystems>;

/** The one place that names every system. */
function composeSystems(ground: Ground) {
  const { database, jobs, workers, models, log } = ground;
  const [clock, ids] = [systemClock, randomIds];
  const pageTokens = createPageTokens(ground.keyring.derive('page-tokens'));
  const kms = createKms({ database, keyring: ground.keyring, pageTokens, clock, ids, log });
  const keyUse = { dataKeys: kms.dataKeys, keyGuard: kms.guard };
  const secrets = createSecrets({ database, ...keyUse, clock, ids, pageTokens });
  const { bucketOwnership } = ground.configuration;
  const objects = createObjects({
    ...{ database, store: ground.objectStore, pageTokens, clock, ids, log, bucketOwnership },
    notifications: {
      targets: ground.configuration.notificationTargets,
      fetch: outboundForEvents(ground.configuration),
    },
    keys: { keyring: ground.keyring, dataKeys: kms.dataKeys, guard: kms.guard },
    cache: objectCacheOf(ground),
  });
  const shared = { database, jobs, workers, models, pageTokens, clock, ids, log };
  const { searchMemoryMb, indexHistoryDays, sessionHours, answerDays } = ground.configuration;
  const recognition = recognitionOf(ground);
  const knowledge = createKnowledge({
    ...shared,
    ...(recognition && { recognition }),
    objects,
    store: ground.segmentStore,
    dataKeys: kms.dataKeys,
    transformations: transformationsOf(ground),
    vectorStores: createVectorStores({ ...ground, readSecret: secrets.read }),
    searchMemoryMb,
    ...{ indexHistoryDays, sessionHours, answerDays },
    documentsAtOnce: ground.configuration.workers,
  });
  const { account, region, folders: mirrored } = ground.configuration;
  const folders = createFolders({ database, objects, clock, log, scope: { account, region }, folders: mirrored });
  const { accessKeys, accounts, keyring } = ground;
  const fetch = outboundForIssuers(ground.configuration);
  const identity = createIdentity({ ...shared, keyring, accessKeys, accounts, fetch });
  const gateway = createGateway({ models, clock, ids });
  const trail = createTrail({ audit: ground.audit, pageTokens, clock });
  const services = [
    objects.operations,
    kms.operations,
    secrets.operations,
    ...identity.operations,
    ...gateway.operations,
    ...knowledge.operations,
    trail.operations,
  ];
  const { objectStore, segmentStore } = ground;
  const garbage = createGarbage({ database, clock, objectStore, segmentStore, objects, knowledge });
  return { objects, kms, secrets, knowledge, folders, identity, garbage, services };
}

/** By URL others may write as well, and would be heard of a moment late: there it takes the operator's word. */
/** Looked for once: a program that is installed later is found by the next start. */
function recognitionOf({
  configuration: { tesseract: setting, tesseractLanguages: languages },
}: Ground): TextRecognition | undefined {
  return findTextRecognition({ setting, languages });
}

function objectCacheOf({ configuration, database }: Ground): ObjectCacheOptions {
  const { databaseUrl, objectCacheMb = databaseUrl ? 0 : OBJECT_CACHE_MB } = configuration;
  return { mostBytes: objectCacheMb * 2 ** 20, shared: databaseUrl ? database : undefined };
}

/** What a server does to its own store when it is asked. */
function maintenanceOf(ground: Ground, garbage: GarbageCollection): Maintenance {
  const { signal } = new AbortController();
  return {
    backup: (request, report) => takeBackup({ ...ground, version: VERSION }, request, { signal, report }),
    collectGarbage: (plan) => garbage.all({ plan, signal }),
  };
}

/** The collection of garbage without a server. */
export async function openGarbage(
  options: LoamOptions,
): Promise<{ garbage: GarbageCollection; close: () => Promise<void> }> {
  const ground = await openGround(options, { beside: true });
  const systems = composeSystems(ground);
  return { garbage: systems.garbage, close: () => closeGround(ground, systems) };
}

function open(ground: Ground, systems: Systems): Promise<Serving> {
  const { configuration, environment, database, keyring, models, freeSpace, accessKeys, accounts, log } = ground;
  const { identity } = systems;
  const [clock, ids] = [systemClock, randomIds];
  const consoleSessions = createConsoleSessions({ database, clock, ids });
  const { issuers, findRole, rolePrincipal } = identity;
  const signIn = { issuers, findRole, keyring, clock, ids, log, sessions: consoleSessions };
  const oidc = openOidcSignIn({ ...signIn, fetch: outboundForIssuers(configuration) }, configuration, environment);
  return serve({
    ...{ consoleSessions, rolePrincipal, oidc },
    ...{ configuration, clock, ids, log, freeSpace, audit: ground.audit, version: VERSION, services: systems.services },
    ...{ accessKeys, credentials: identity.credentials, changed: identity.changed, noteUse: identity.noteUse },
    loamOperations: [
      loamOperation('ListModels', noInput, async () => ({ models: models.list() })),
      ...[
        ...evaluationOperations(systems.knowledge, configuration.region),
        ...documentOperations(systems.knowledge, configuration.region),
        ...knowledgeOperations(systems.knowledge, configuration.region),
      ].map((operation) => withNames(operation, systems.knowledge.resolveNames, configuration.region)),
      ...bucketOperations(systems.objects, configuration.region),
      ...maintenanceOperations({
        ...{ maintenance: maintenanceOf(ground, systems.garbage), operatorAccount: configuration.account },
        ...{ ids: randomIds, log },
      }),
      ...accountOperations({ accounts, accessKeys, operator: configuration.account, changed: identity.changed }),
      ...sessionOperations({
        ...{ consoleSessions, operator: configuration.account },
        revokeSessions: identity.revokeSessions,
      }),
      ...accessOperations({
        ...{ audit: ground.audit, services: systems.services, findPrincipal: identity.findPrincipal, clock },
        ...{ region: configuration.region, operatorAccount: configuration.account },
      }),
    ],
    health: () => healthOf(ground),
    coverage: async () => coverageReport(await readCoverage(systems.services)),
    consoleFolder: fileURLToPath(new URL('./console/', import.meta.url)),
  });
}

async function healthOf({ database, objectStore }: Ground) {
  const [row] = await database.system<{ one: number }>('select 1 as one');
  return { ready: row?.one === 1, version: VERSION, database: database.describe(), objects: objectStore.describe() };
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
