import type { Clock } from '../../core/clock.ts';
import type { ObjectStore, StoredEntry } from './contract.ts';

/** Which of these ids a system still refers to. */
export type FindReferences = (ids: readonly string[]) => Promise<ReadonlySet<string>>;

export interface OrphanPass {
  readonly listed: number;
  /** With a plan: what would be removed. */
  readonly removed: number;
  readonly removedBytes: number;
  /** Without a reference, but not yet for long enough. */
  readonly waiting: number;
  /** Somebody held the collection back before the end. */
  readonly held: boolean;
}

export interface OrphanCollector {
  /** One walk over the whole store. Run it now and then; several processes may do so at once. */
  pass(signal: AbortSignal, options?: { plan: boolean }): Promise<OrphanPass>;
}

interface CollectorOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** How old bytes without a reference must be; longer than anything between writing bytes and committing the row that names them. */
  readonly graceMs: number;
  /** Every system that keeps ids of this store. One that is left out loses its bytes. */
  readonly owners: readonly FindReferences[];
  /** Asked before each batch: a backup holds it back. */
  readonly mayCollect?: () => Promise<boolean>;
}

const BATCH = 1_000;

/**
 * Finds bytes that nobody refers to: written by a process that died before it committed their row. Their age alone says that
 * their row will not come any more; the references are asked after it.
 */
export function createOrphanCollector(options: CollectorOptions): OrphanCollector {
  const { store, clock, graceMs, owners, mayCollect = async () => true } = options;
  const withoutReference = async (batch: readonly StoredEntry[]): Promise<StoredEntry[]> => {
    const ids = batch.map(({ id }) => id);
    const found = await Promise.all(owners.map((owner) => owner(ids)));
    return batch.filter(({ id }) => !found.some((references) => references.has(id)));
  };
  return {
    async pass(signal, { plan } = { plan: false }) {
      const total = { listed: 0, removed: 0, removedBytes: 0, waiting: 0, held: false };
      for await (const batch of inBatches(store.entries())) {
        signal.throwIfAborted();
        if (!plan && !(await mayCollect())) return { ...total, held: true };
        total.listed += batch.length;
        for (const { id, size, writtenAt } of await withoutReference(batch)) {
          if (clock.now() - writtenAt.getTime() < graceMs) {
            total.waiting += 1;
            continue;
          }
          if (!plan) await store.remove(id);
          total.removed += 1;
          total.removedBytes += size;
        }
      }
      return total;
    },
  };
}

async function* inBatches(entries: AsyncIterable<StoredEntry>): AsyncGenerator<StoredEntry[]> {
  let batch: StoredEntry[] = [];
  for await (const entry of entries) {
    batch.push(entry);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
