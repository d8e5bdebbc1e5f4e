import type { Clock } from '../../core/clock.ts';
import type { ObjectStore } from './contract.ts';

/** Which of these ids a system still refers to. */
export type FindReferences = (ids: readonly string[]) => Promise<ReadonlySet<string>>;

export interface OrphanPass {
  readonly listed: number;
  readonly removed: number;
  /** Without a reference, but not yet for long enough. */
  readonly waiting: number;
}

export interface OrphanCollector {
  /** One walk over the whole store. Run it now and then, one at a time. */
  pass(signal: AbortSignal): Promise<OrphanPass>;
}

interface CollectorOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** How long bytes must be without a reference; longer than anything between writing bytes and committing the row that names them. */
  readonly graceMs: number;
  /** Every system that keeps ids of this store. One that is left out loses its bytes. */
  readonly owners: readonly FindReferences[];
}

const BATCH = 1_000;
// Bounds the memory of a pass; the rest is seen by a later one.
const MOST_WAITING = 100_000;

/**
 * Finds bytes that nobody refers to: written by a process that died before it committed their row. Bytes are removed when two
 * passes at least `graceMs` apart have found them without a reference.
 */
export function createOrphanCollector({ store, clock, graceMs, owners }: CollectorOptions): OrphanCollector {
  let waiting = new Map<string, number>();

  const withoutReference = async (ids: readonly string[]): Promise<string[]> => {
    const found = await Promise.all(owners.map((owner) => owner(ids)));
    return ids.filter((id) => !found.some((references) => references.has(id)));
  };

  const pass = async (signal: AbortSignal): Promise<OrphanPass> => {
    const still = new Map<string, number>();
    let listed = 0;
    let removed = 0;
    for await (const ids of inBatches(store.list())) {
      signal.throwIfAborted();
      listed += ids.length;
      for (const id of await withoutReference(ids)) {
        const since = waiting.get(id) ?? clock.now();
        if (clock.now() - since < graceMs) {
          if (still.size < MOST_WAITING) still.set(id, since);
          continue;
        }
        await store.remove(id);
        removed += 1;
      }
    }
    waiting = still;
    return { listed, removed, waiting: still.size };
  };
  return { pass };
}

async function* inBatches(ids: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const id of ids) {
    batch.push(id);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
