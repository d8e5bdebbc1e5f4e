import type { Log } from '../../core/log.ts';
import type { ObjectSystem } from './object.ts';
import { deleteCompletedUploads, deleteQueued, type QueuedBytes, queueAgain, selectDue } from './tables/removals.ts';

export interface SweepResult {
  readonly removed: number;
  /** Of an object that was overwritten or deleted while this process reads it. */
  readonly held: number;
  readonly failed: number;
}

export interface SweepOptions {
  /** Bytes that were let go of less long ago stay. Longer than a read needs to open a file and a statement to commit. */
  readonly graceSeconds?: number;
  readonly signal?: AbortSignal;
  /** Asked before each batch: a backup holds the removal back. */
  readonly mayCollect?: () => Promise<boolean>;
}

const GRACE_SECONDS = 60;
/** Clients try again for minutes; whoever comes back after a day begins anew. */
const COMPLETED_SECONDS = 86_400;
const BATCH = 500;

/**
 * Removes the bytes that overwrites and deletes let go of, and forgets the uploads that were completed a day ago. A crash loses nothing: what is queued stays queued until its bytes
 * are gone. Several processes may sweep at once.
 */
export async function sweep(system: ObjectSystem, log: Log, options: SweepOptions = {}): Promise<SweepResult> {
  const { graceSeconds = GRACE_SECONDS, signal, mayCollect = async () => true } = options;
  await forgetCompleted(system, signal);
  const total = { removed: 0, held: 0, failed: 0 };
  for (;;) {
    signal?.throwIfAborted();
    if (!(await mayCollect())) return total;
    const due = await selectDue(system.database, { graceSeconds, limit: BATCH });
    const held = due.filter(({ bytesId }) => system.leases.isHeld(bytesId));
    const { gone, failed } = await removeBytes(
      system,
      log,
      due.filter((item) => !held.includes(item)),
    );
    await deleteQueued(system.database, gone);
    if (held.length + failed.length > 0) await queueAgain(system.database, [...held, ...failed]);
    total.removed += gone.filter(({ inUse }) => !inUse).length;
    total.held += held.length;
    total.failed += failed.length;
    if (due.length < BATCH) return total;
  }
}

async function forgetCompleted({ database }: ObjectSystem, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const forgotten = await deleteCompletedUploads(database, { olderThanSeconds: COMPLETED_SECONDS, limit: BATCH });
    if (forgotten < BATCH) return;
  }
}

async function removeBytes({ store }: ObjectSystem, log: Log, queued: readonly QueuedBytes[]) {
  const gone: QueuedBytes[] = [];
  const failed: QueuedBytes[] = [];
  for (const item of queued) {
    try {
      // Still in use by a copy: struck off here, and queued again when the copy goes.
      if (!item.inUse) await store.remove(item.bytesId);
      gone.push(item);
    } catch (error) {
      log.warn({ bytesId: item.bytesId, error }, 'Unused bytes could not be removed');
      failed.push(item);
    }
  }
  return { gone, failed };
}

const MOST_REPORTED = 100_000;

/** What a sweep would remove now. */
export async function unusedBytes({ database, leases }: ObjectSystem): Promise<QueuedBytes[]> {
  const due = await selectDue(database, { graceSeconds: GRACE_SECONDS, limit: MOST_REPORTED });
  return due.filter(({ inUse, bytesId }) => !inUse && !leases.isHeld(bytesId));
}
