// What a server does by itself, again and again.
import type { Audit } from './access/audit/audit.ts';
import { createAuditExports } from './access/audit/exports.ts';
import type { Configuration } from './config.ts';
import { systemClock } from './core/clock.ts';
import type { Log } from './core/log.ts';
import { every, type Periodic } from './core/periodic.ts';
import type { GarbageCollection } from './garbage.ts';
import type { ShelfWatch } from './shelf-watch.ts';
import type { Database } from './storage/database/contract.ts';
import type { Jobs } from './storage/jobs/contract.ts';
import type { Folders } from './systems/folders/index.ts';
import type { Kms } from './systems/kms/index.ts';
import type { Knowledge } from './systems/knowledge/index.ts';
import { LEASE_RENEWAL_MS, type Objects } from './systems/objects/index.ts';
import type { Secrets } from './systems/secrets/index.ts';
import { createTrailExport, type TrailExport } from './systems/trail/index.ts';

/** Of what a server stands on. */
interface Ground {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly audit: Audit;
  readonly jobs: Jobs;
  readonly log: Log;
}

interface Systems {
  readonly objects: Objects;
  readonly kms: Pick<Kms, 'sweep'>;
  readonly secrets: Pick<Secrets, 'sweep'>;
  readonly knowledge: Pick<Knowledge, 'catchUpWithChanges' | 'catchUpStores' | 'answers'>;
  readonly folders: Folders;
  readonly garbage: GarbageCollection;
}

const SWEEP_MS = 60_000;
const EVENTS_MS = 1_000;
const CATCH_UP_MS = 10_000;
const STORES_MS = 2_000;
const FOLDERS_MS = 5_000;
const LIFECYCLE_MS = 300_000;
const ORPHANS_MS = 3_600_000;
const TRAIL_MS = 300_000;

export function startPeriodicWork(ground: Ground, systems: Systems, shelves: ShelfWatch): Periodic[] {
  const { objects, kms, secrets, knowledge, folders, garbage } = systems;
  const { log } = ground;
  const run = { plan: false, signal: new AbortController().signal };
  return [
    every(ORPHANS_MS, () => ground.audit.prune(), { name: 'pruning of the audit trail', log }),
    ...exportsOf(ground, objects).map((one) =>
      every(TRAIL_MS, () => one.run(run.signal), { name: 'export of the audit trail', log }),
    ),
    every(EVENTS_MS, () => objects.deliverEvents(), { name: 'delivery of events', log }),
    every(CATCH_UP_MS, () => knowledge.catchUpWithChanges(), { name: 'syncs of changed buckets', log }),
    every(STORES_MS, () => knowledge.catchUpStores(run.signal), { name: 'mirroring to vector stores', log }),
    every(SWEEP_MS, () => knowledge.answers.forgetOld(), { name: 'forgetting of old answers', log }),
    every(FOLDERS_MS, () => folders.look(), { name: 'mirroring of folders', log }),
    every(LIFECYCLE_MS, () => objects.scheduleLifecycle(ground.jobs), { name: 'passes of lifecycle rules', log }),
    every(SWEEP_MS, () => garbage.replacedObjects(run), { name: 'sweep of removed objects', log }),
    every(LEASE_RENEWAL_MS, () => objects.renewLeases(), { name: 'leases of bytes being read', log }),
    every(SWEEP_MS, () => secrets.sweep(), { name: 'deletion of secrets', log }),
    every(SWEEP_MS, () => kms.sweep(), { name: 'destruction and rotation of keys', log }),
    every(SWEEP_MS, () => shelves.tell(), { name: 'telling backups which keys were destroyed', log }),
    every(SWEEP_MS, () => garbage.deadSegments(run), { name: 'sweep of dead segments', log }),
    every(ORPHANS_MS, () => garbage.orphans('objects', run), { name: 'collection of orphaned bytes', log }),
    every(ORPHANS_MS, () => garbage.orphans('segments', run), { name: 'collection of orphaned segments', log }),
    every(ORPHANS_MS, () => garbage.unfinishedWrites(run), { name: 'collection of unfinished writes', log }),
  ];
}

/** The export of the audit trail, where a bucket for it is given. */
function exportsOf({ configuration, database }: Ground, objects: Objects): TrailExport[] {
  const { auditBucket: bucket, account, region } = configuration;
  if (bucket === undefined) return [];
  const exports = createAuditExports({ database, clock: systemClock });
  return [createTrailExport({ exports, objects, scope: { account, region }, bucket })];
}
