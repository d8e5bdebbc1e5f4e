import type { AccessKeys } from '../access/access-keys.ts';
import { authorize } from '../access/authorize.ts';
import type { Configuration } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { FreeSpace } from '../storage/free-space.ts';
import type { CallInfo, CallRecord } from '../wire/call.ts';
import type { ServiceOperations } from '../wire/operation.ts';
import { createWire, type Wire } from '../wire/server.ts';
import { type Console, openConsole } from './console/open-console.ts';
import { DEFAULT_LISTENER_LIMITS } from './limits.ts';
import { createListener } from './listener.ts';
import { createLoamEndpoint } from './loam/endpoint.ts';
import { keyOperations } from './loam/key-operations.ts';
import { type LoamOperation, loamOperation, noInput } from './loam/operation.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { needsRoom } from './needs-room.ts';
import { createRoutes, type RouteParts } from './routes.ts';

export interface ServeOptions {
  readonly configuration: Configuration;
  readonly version: string;
  readonly services: readonly ServiceOperations[];
  readonly accessKeys: AccessKeys;
  readonly loamOperations: readonly LoamOperation[];
  readonly health: RouteParts['health'];
  readonly coverage: RouteParts['coverage'];
  readonly consoleFolder: string;
  readonly freeSpace: Pick<FreeSpace, 'requireRoom'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

export interface Serving {
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string;
  readonly console: Console | undefined;
  /** Takes no more requests, lets those under way finish for `graceMs`, then breaks them off. */
  stop(graceMs: number): Promise<void>;
}

/** Opens the endpoint and the console. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { configuration, log } = options;
  const metrics = createMetrics(options.version);
  const wire = openWire(options, metrics);
  let console: Console | undefined;
  const handle = createRoutes({
    ...{ wire, metrics, log, health: options.health, coverage: options.coverage },
    loam: createLoamEndpoint({
      ...options,
      operations: operations(options, () => console),
      credentials: options.accessKeys,
    }),
    consoleOrigin: () => console?.origin,
  });
  const { headerSeconds, requestSeconds, host } = configuration;
  const idleMs = Math.max(DEFAULT_LISTENER_LIMITS.idleMs, requestSeconds * 1000 + 30_000);
  const limits = { ...DEFAULT_LISTENER_LIMITS, headerMs: headerSeconds * 1000, idleMs };
  const listener = createListener({ handle, limits });
  const port = await listener.listen(configuration.port, host);
  console = await openConsoleFor(options, wire, port);
  return {
    endpoint: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    console,
    async stop(graceMs) {
      const cutOff = setTimeout(() => wire.abort(new Error('The server stops.')), graceMs);
      await Promise.all([listener.close(graceMs + CUT_OFF_MS), console?.close()]);
      clearTimeout(cutOff);
    },
  };
}

// What was broken off gets this long to answer that it was.
const CUT_OFF_MS = 500;

function openWire(options: ServeOptions, metrics: Metrics): Wire {
  const { configuration } = options;
  return createWire({
    ...options,
    credentials: options.accessKeys,
    authorize: async (call) => {
      authorizeCall(call);
      if (needsRoom(call.operation)) options.freeSpace.requireRoom();
    },
    defaultRegion: configuration.region,
    legacyPresigning: configuration.presignV2,
    limits: {
      bodyBytes: configuration.maxBodyMb * 1024 * 1024,
      concurrency: configuration.maxConcurrency,
      requestMs: configuration.requestSeconds * 1000,
    },
    onCall: (record) => recordCall(options.log, metrics, record),
  });
}

function authorizeCall({ principal, scope, signingName, operation }: CallInfo): void {
  authorize(principal, scope, `${signingName}:${operation}`, '*');
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
    ...keyOperations(options.accessKeys, account),
    loamOperation('CreateConsoleLink', noInput, async () => ({ link: consoleOf()?.link() })),
    ...options.loamOperations,
  ];
}

function openConsoleFor(options: ServeOptions, wire: Wire, mainPort: number): Promise<Console> {
  const { configuration, ids } = options;
  const { account, region, host, consolePort } = configuration;
  const principal = { type: 'console', account, arn: `arn:aws:iam::${account}:root`, id: account } as const;
  const api = { invoke: wire.invoke, principal, scope: { account, region }, ids };
  return openConsole({ ...options, host, port: consolePort, mainPort, folder: options.consoleFolder, api });
}
