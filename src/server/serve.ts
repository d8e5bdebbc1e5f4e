import { setTimeout as delay } from 'node:timers/promises';
import type { AccessKeys } from '../access/access-keys.ts';
import type { Audit } from '../access/audit/audit.ts';
import type { ConsoleSessions } from '../access/console-sessions.ts';
import type { Principal } from '../access/principal.ts';
import type { Configuration } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import { LoamError } from '../core/errors.ts';
import type { Ids } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { FreeSpace } from '../storage/free-space.ts';
import type { CallRecord } from '../wire/call.ts';
import type { Credentials } from '../wire/credentials.ts';
import type { ServiceOperations } from '../wire/operation.ts';
import { createWire, type Wire } from '../wire/server.ts';
import { authorizeCall } from './authorize-call.ts';
import { type Certificate, openCertificate } from './certificate.ts';
import type { OidcSignIn } from './console/oidc/oidc-sign-in.ts';
import { type Console, openConsole } from './console/open-console.ts';
import { createConsolePeople, type RoleSession } from './console/people.ts';
import { DEFAULT_LISTENER_LIMITS, type ListenerLimits } from './limits.ts';
import { createListener } from './listener.ts';
import { createLoamEndpoint, type LoamEndpoint } from './loam/endpoint.ts';
import { keyOperations } from './loam/key-operations.ts';
import { type LoamOperation, loamOperation, noInput } from './loam/operation.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { needsRoom } from './needs-room.ts';
import { createRoutes, type RouteParts } from './routes.ts';
import { readTrustedProxies, type TrustedProxies } from './trusted-proxies.ts';

export interface ServeOptions {
  readonly configuration: Configuration;
  readonly version: string;
  readonly services: readonly ServiceOperations[];
  readonly accessKeys: AccessKeys;
  /** Whom keys speak for. */
  readonly credentials: Credentials;
  /** Forgets remembered rights, in every process. */
  changed(): Promise<void>;
  /** Told of every finished call, for when keys were last used. */
  noteUse(record: CallRecord): void;
  readonly loamOperations: readonly LoamOperation[];
  readonly consoleSessions: ConsoleSessions;
  /** Whom a session of the console speaks for that is a role's. */
  rolePrincipal(session: RoleSession): Promise<Principal | undefined>;
  /** Sign-in to the console by an identity provider. */
  readonly oidc: OidcSignIn | undefined;
  readonly health: RouteParts['health'];
  readonly coverage: RouteParts['coverage'];
  readonly consoleFolder: string;
  readonly freeSpace: Pick<FreeSpace, 'requireRoom'>;
  readonly audit: Pick<Audit, 'record' | 'lost'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

export interface Serving {
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string;
  readonly console: Console | undefined;
  /** Reads the certificate again, without dropping a connection. */
  reload(): Promise<void>;
  /** Says that it is not ready and waits as configured; then takes no more requests, lets those under way finish for `graceMs`, then breaks them off. */
  stop(graceMs: number): Promise<void>;
}

/** Opens the endpoint and the console. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { configuration, log } = options;
  const metrics = createMetrics(options.version);
  const readiness = { draining: false };
  metrics.countLostRecords(() => options.audit.lost);
  const wire = openWire(options, metrics);
  const proxies = readTrustedProxies(configuration.trustedProxies);
  let console: Console | undefined;
  const loam = createLoamEndpoint({
    ...options,
    operations: operations(options, () => console),
    region: configuration.region,
    record: (call) => options.audit.record(call),
  });
  const handle = createRoutes({
    ...{
      wire,
      metrics,
      log,
      originOf: proxies.originOf,
      health: () => healthWhile(readiness, options),
      coverage: options.coverage,
    },
    loam,
    consoleOrigin: () => console?.origin,
  });
  const { host } = configuration;
  const certificate = await certificateOf(options);
  const listener = createListener({ handle, limits: limitsOf(configuration), certificate, isProxy: proxies.has });
  const port = await listener.listen(configuration.port, host);
  console = await openConsoleFor(options, { wire, loam, proxies, certificate, mainPort: port });
  return {
    endpoint: `${certificate ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    console,
    reload: async () => certificate?.reload(),
    async stop(graceMs) {
      readiness.draining = true;
      listener.drain();
      await delay(configuration.drainSeconds * 1000);
      const cutOff = setTimeout(() => wire.abort(new Error('The server stops.')), graceMs);
      await Promise.all([listener.close(graceMs + CUT_OFF_MS), console?.close()]);
      clearTimeout(cutOff);
      await certificate?.stop();
    },
  };
}

/** A server that is about to stop is not ready, so that a balancer sends its requests elsewhere; it answers those that come. */
async function healthWhile({ draining }: { draining: boolean }, { health }: ServeOptions) {
  const found = await health();
  return draining ? { ...found, ready: false, draining } : found;
}

// What was broken off gets this long to answer that it was.
const CUT_OFF_MS = 500;

function limitsOf(configuration: Configuration): ListenerLimits {
  const { headerSeconds, requestSeconds, maxConnections, maxConnectionsPerAddress } = configuration;
  return {
    ...DEFAULT_LISTENER_LIMITS,
    headerMs: headerSeconds * 1000,
    idleMs: Math.max(DEFAULT_LISTENER_LIMITS.idleMs, requestSeconds * 1000 + 30_000),
    connections: maxConnections,
    connectionsPerAddress: maxConnectionsPerAddress,
  };
}

async function certificateOf({ configuration, log }: ServeOptions): Promise<Certificate | undefined> {
  const { tlsCert, tlsKey } = configuration;
  return tlsCert && tlsKey ? openCertificate({ cert: tlsCert, key: tlsKey, log }) : undefined;
}

function openWire(options: ServeOptions, metrics: Metrics): Wire {
  const { configuration } = options;
  return createWire({
    ...options,
    authorize: async (call) => {
      const authorization = await authorizeCall(call, options.clock);
      if (!authorization.refusal && needsRoom(call.operation)) options.freeSpace.requireRoom();
      return authorization;
    },
    defaultRegion: configuration.region,
    legacyPresigning: configuration.presignV2,
    bucketDomains: configuration.s3Domain,
    limits: {
      bodyBytes: configuration.maxBodyMb * 1024 * 1024,
      allBodiesBytes: configuration.bodyMemoryMb * 1024 * 1024,
      concurrency: configuration.maxConcurrency,
      requestMs: configuration.requestSeconds * 1000,
    },
    record: (call) => options.audit.record(call),
    onCall(record) {
      recordCall(options.log, metrics, record);
      options.noteUse(record);
    },
  });
}

function recordCall(log: Log, metrics: Metrics, record: CallRecord): void {
  const { service = '-', operation = '-', status, durationMs, requestId, principal, error } = record;
  metrics.record({ service, operation, status, seconds: durationMs / 1000 });
  const facts = { requestId, service, operation, status, durationMs, account: principal?.account, error };
  if (status >= 500 && status !== 501) log.warn(facts, 'call failed');
  else log.debug(facts, 'call answered');
}

function operations(options: ServeOptions, consoleOf: () => Console | undefined): LoamOperation[] {
  const { account } = options.configuration;
  return [
    ...keyOperations(heardEverywhere(options), account),
    loamOperation('CreateConsoleLink', noInput, async (_input, caller) => {
      requireOperator(caller, account);
      return { link: consoleOf()?.link() };
    }),
    ...options.loamOperations,
  ];
}

/** Who opens a link to the console speaks for the whole account. */
function requireOperator({ type, account, arn }: Principal, operator: string): void {
  if (type === 'root' && account === operator) return;
  throw new LoamError('access-denied', { action: 'loam:CreateConsoleLink', resource: '*', caller: arn });
}

/** A key that is revoked here is revoked in every process. */
function heardEverywhere({ accessKeys, changed }: ServeOptions): AccessKeys {
  return {
    ...accessKeys,
    async revoke(id) {
      await accessKeys.revoke(id);
      await changed();
    },
  };
}

interface ConsoleGround {
  readonly wire: Wire;
  readonly loam: LoamEndpoint;
  readonly proxies: TrustedProxies;
  readonly certificate: Certificate | undefined;
  readonly mainPort: number;
}

function openConsoleFor(options: ServeOptions, { wire, loam, ...ground }: ConsoleGround): Promise<Console> {
  const { configuration, ids } = options;
  const { account, region, host, consolePort, consoleUrl } = configuration;
  const { consoleSessions: sessions, rolePrincipal } = options;
  const people = createConsolePeople({ sessions, account, region, rolePrincipal });
  const api = { invoke: wire.invoke, invokeLoam: loam.invoke, ids };
  return openConsole({
    ...options,
    ...ground,
    host,
    port: consolePort,
    consoleUrl,
    folder: options.consoleFolder,
    api,
    people,
  });
}
