/** Buckets, objects and uploads: the S3 API over the object store, and what other systems use of it. */
import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { PageTokens } from '../../core/paging.ts';
import type { Scope } from '../../core/scope.ts';
import type { Database } from '../../storage/database/contract.ts';
import type { JobHandler, Jobs } from '../../storage/jobs/contract.ts';
import type { FindReferences } from '../../storage/objects/collect-orphans.ts';
import type { ObjectStore } from '../../storage/objects/contract.ts';
import type { ServiceOperations } from '../../wire/operation.ts';
import type { ObjectOwnership } from './access/ownership.ts';
import { s3Operations } from './api/index.ts';
import { accessSettings } from './api/new-bucket.ts';
import { createBucketDirectory } from './bucket-directory.ts';
import { createBucket } from './buckets.ts';
import type { ObjectKeys } from './encryption/contract.ts';
import { bucketExists, type ObjectToRead, openObject, type WalkedObject, walkObjects } from './internal.ts';
import { createLeases, LEASE_RENEWAL_MS } from './leases.ts';
import { lifecycleJob, scheduleLifecycle } from './lifecycle/job.ts';
import { type LifecyclePlan, planLifecycle } from './lifecycle/plan.ts';
import { objectsMigrations } from './migrations/list.ts';
import type { Watcher } from './notifications/configuration.ts';
import { type Deliveries, deliverEvents } from './notifications/deliver.ts';
import type { EventRecord } from './notifications/event-record.ts';
import { unwatchBucket, watchBucket } from './notifications/watch.ts';
import type { ObjectHeaders, ObjectSystem } from './object.ts';
import { createObjectCache, type ObjectCacheOptions } from './object-cache.ts';
import { putObject } from './put.ts';
import { removeObject } from './remove.ts';
import { type SweepOptions, type SweepResult, sweep, unusedBytes } from './sweep.ts';
import { type EventCounts, retryFailed, selectEventCounts } from './tables/events.ts';
import { postponeRemoval, selectReferenced } from './tables/removals.ts';

export type {
  EventCounts,
  EventRecord,
  LifecyclePlan,
  ObjectCacheOptions,
  ObjectKeys,
  ObjectToRead,
  SweepOptions,
  SweepResult,
  WalkedObject,
};
export { LEASE_RENEWAL_MS, objectsMigrations };

export interface ObjectsOptions {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly pageTokens: PageTokens;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** What objects are encrypted under; encryption is refused without. */
  readonly keys?: ObjectKeys;
  /** How events of buckets leave: without it they wait. */
  readonly notifications?: Pick<Deliveries, 'targets' | 'fetch'>;
  /** For objects that are read again and again; none are remembered without. */
  readonly cache?: ObjectCacheOptions;
  /** Of new buckets of which their creator says nothing; `BucketOwnerEnforced` when absent, as with S3. */
  readonly bucketOwnership?: ObjectOwnership;
}

export interface ObjectToPut {
  readonly body: AsyncIterable<Uint8Array>;
  readonly headers?: ObjectHeaders;
  /** Names in lower case, 2 KB in all. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A bucket is found by its name in the scope's account, whatever the scope's region: S3 has one name space for all. */
export interface Objects {
  readonly operations: ServiceOperations;
  /** Work that buckets cause by themselves. */
  readonly jobHandlers: readonly JobHandler<never>[];
  /** Sees to it that every bucket with lifecycle rules has its pass of today. To be called now and then. */
  scheduleLifecycle(jobs: Jobs): Promise<void>;
  /** Tells those who want to know what changed in buckets. To be called every second or so. */
  deliverEvents(): Promise<void>;
  /** Breaks deliveries off: what was not told yet is told after the next start. */
  close(): void;
  /** Of each destination of a bucket: accepted = delivered + failed + pending. @throws LoamError `bucket-not-found` */
  eventCounts(scope: Scope, bucket: string): Promise<EventCounts[]>;
  /** Gives events that were set aside as failed another round. @returns how many */
  retryEvents(scope: Scope, bucket: string): Promise<number>;
  /**
   * Says who is told, of the watchers of one part of Loam: at least once of each change, in no order. What it throws is
   * tried again later.
   *
   * @example objects.onChange('knowledge', async (dataSourceId, event) => queueSync(dataSourceId, event.s3.object.key))
   */
  onChange(part: string, tell: (watcherId: string, event: EventRecord) => Promise<void>): void;
  /** From now on the watcher is told of every change below the prefix. @throws LoamError `bucket-not-found` */
  watch(scope: Scope, bucket: string, watcher: Watcher): Promise<void>;
  unwatch(scope: Scope, bucket: string, watcher: Pick<Watcher, 'part' | 'id'>): Promise<void>;
  /** What the next pass would do away with. @throws LoamError `bucket-not-found`, `access-denied` */
  planLifecycle(scope: Scope, options: { bucket: string; limit: number }): Promise<LifecyclePlan>;
  /** @throws LoamError `bucket-not-found`, `access-denied` */
  listObjects(
    scope: Scope,
    bucket: string,
    options?: { prefix?: string | undefined; signal?: AbortSignal | undefined },
  ): AsyncIterable<WalkedObject>;
  /** @throws LoamError `bucket-not-found`, `access-denied`, `key-not-found` */
  openObject(scope: Scope, bucket: string, key: string, options: { signal: AbortSignal }): Promise<ObjectToRead>;
  /** Durable when it resolves. @throws LoamError `bucket-not-found`, `access-denied`, `storage-full` */
  putObject(scope: Scope, bucket: string, key: string, object: ObjectToPut): Promise<{ etag: string; size: number }>;
  /** Deleting what is not there is no error. @throws LoamError `bucket-not-found`, `access-denied`, `object-locked` */
  removeObject(scope: Scope, bucket: string, key: string): Promise<void>;
  /** Makes a bucket, unless the scope's account has it. @throws LoamError `bucket-name-invalid`, `bucket-exists` */
  createBucket(scope: Scope, bucket: string): Promise<void>;
  bucketExists(scope: Scope, bucket: string): Promise<boolean>;
  /** Removes what overwrites, deletes and completed uploads left. To be called now and then; a minute is a good period. */
  sweep(options?: SweepOptions): Promise<SweepResult>;
  /** Keeps other replicas from removing what this one reads. To be called every `LEASE_RENEWAL_MS`. */
  renewLeases(): Promise<void>;
  /** The bytes that a sweep would remove now, for a report. */
  unusedBytes(): Promise<readonly { readonly bytesId: string }[]>;
  /** For the collection of orphaned bytes: which of these this system still refers to. */
  readonly findReferences: FindReferences;
}

const UNCONDITIONAL = { etag: undefined, size: undefined, modifiedAt: undefined };
const NO_BYPASS = { bypassGovernance: false };

export function createObjects({ log, notifications, cache, ...options }: ObjectsOptions): Objects {
  const ownership = options.bucketOwnership ?? 'BucketOwnerEnforced';
  const system: ObjectSystem = {
    ...options,
    buckets: createBucketDirectory(options.database, options.clock),
    leases: createLeases(),
    cache: createObjectCache(cache ?? { mostBytes: 0 }),
    bucketOwnership: ownership,
    notificationTargets: notifications?.targets,
  };
  const parts = new Map<string, (watcherId: string, event: EventRecord) => Promise<void>>();
  const closing = new AbortController();
  const deliveries = { targets: {}, fetch: refuseFetch, ...notifications, parts, log, signal: closing.signal };
  return {
    operations: s3Operations(system),
    jobHandlers: [lifecycleJob(system, log)],
    scheduleLifecycle: (jobs) => scheduleLifecycle(system, jobs),
    deliverEvents: () => deliverEvents(system, deliveries),
    close: () => closing.abort(),
    eventCounts: async (scope, bucket) =>
      selectEventCounts(system.database, await system.buckets.confirm(bucket, scope.account)),
    retryEvents: async (scope, bucket) =>
      retryFailed(system.database, await system.buckets.confirm(bucket, scope.account)),
    onChange: (part, tell) => void parts.set(part, tell),
    watch: (scope, bucket, watcher) => watchBucket(system, scope, bucket, watcher),
    unwatch: (scope, bucket, watcher) => unwatchBucket(system, scope, bucket, watcher),
    planLifecycle: (scope, options) => planLifecycle(system, scope, options),
    listObjects: (scope, bucket, query = {}) => walkObjects(system, scope, bucket, query),
    openObject: (scope, bucket, key, { signal }) => openObject(system, scope, { bucket, key }, signal),
    putObject: (scope, bucket, key, { body, headers = {}, metadata = {}, signal }) =>
      putObject(
        system,
        { bucket, key, expectedOwner: scope.account },
        { body, headers, metadata, signal, condition: undefined, checksum: () => undefined },
      ),
    removeObject: async (scope, bucket, key) =>
      void (await removeObject(system, { bucket, key, expectedOwner: scope.account }, UNCONDITIONAL, NO_BYPASS)),
    async createBucket(scope, name) {
      if (await bucketExists(system, scope, name)) return;
      const location = scope.region === 'us-east-1' ? undefined : scope.region;
      await createBucket(system, scope, { name, location, settings: accessSettings({}, scope.account, ownership) });
    },
    bucketExists: (scope, bucket) => bucketExists(system, scope, bucket),
    renewLeases: () => postponeRemoval(system.database, system.leases.held()),
    sweep: (sweepOptions) => sweep(system, log, sweepOptions),
    unusedBytes: () => unusedBytes(system),
    findReferences: (ids) => selectReferenced(system.database, ids),
  };
}

function refuseFetch(): Promise<never> {
  return Promise.reject(new Error('Events have no way out: nothing is configured.'));
}
