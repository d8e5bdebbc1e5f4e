import type { Clock } from './core/clock.ts';
import type { Database } from './storage/database/contract.ts';
import { mayCollect } from './storage/leases.ts';
import { createOrphanCollector } from './storage/objects/collect-orphans.ts';
import type { ObjectStore } from './storage/objects/contract.ts';
import type { Knowledge } from './systems/knowledge/index.ts';
import type { Objects } from './systems/objects/index.ts';

/** One kind of what nobody needs any more. */
export interface Garbage {
  readonly kind:
    | 'replaced-objects'
    | 'dead-segments'
    | 'index-history'
    | 'orphan-objects'
    | 'orphan-segments'
    | 'unfinished-writes';
  /** Removed, or with a plan: what would be. */
  readonly count: number;
  /** Where it is known. */
  readonly bytes?: number;
  /** Not old enough yet. */
  readonly waiting?: number;
  readonly reason: string;
}

export interface GarbageCollectors {
  readonly database: Database;
  readonly clock: Clock;
  readonly objectStore: ObjectStore;
  readonly segmentStore: ObjectStore;
  readonly objects: Pick<Objects, 'sweep' | 'unusedBytes' | 'findReferences'>;
  readonly knowledge: Pick<Knowledge, 'sweep' | 'deadSegments' | 'keptHistory' | 'findReferences'>;
}

export interface GarbageRun {
  readonly plan: boolean;
  readonly signal: AbortSignal;
}

const ORPHAN_MS = 3_600_000;
// Longer than the longest write: a request of 5 GiB over a slow line.
const UNFINISHED_MS = 86_400_000;

const REASONS: Readonly<Record<Garbage['kind'], string>> = {
  'replaced-objects':
    'Bytes of objects that were overwritten or deleted more than a minute ago, and that nobody reads.',
  'dead-segments': 'Segments that no index names any more and that no search holds a lease on.',
  'index-history': 'Earlier states of indexes, kept for indexHistoryDays, and the bytes that they alone need.',
  'orphan-objects':
    'Bytes without a row, older than an hour: written by a process that ended before it wrote their row.',
  'orphan-segments': 'Segments without a row, older than an hour.',
  'unfinished-writes': 'Parts of writes that began more than a day ago and never ended.',
};

/** The one way in which anything is collected: the periodic work and `loam gc` are these functions. */
export function createGarbage(of: GarbageCollectors) {
  const may = (): Promise<boolean> => mayCollect(of.database);
  const orphans = (store: ObjectStore, owner: typeof of.objects.findReferences) =>
    createOrphanCollector({ store, clock: of.clock, graceMs: ORPHAN_MS, owners: [owner], mayCollect: may });
  const collectors = {
    objects: orphans(of.objectStore, of.objects.findReferences),
    segments: orphans(of.segmentStore, of.knowledge.findReferences),
  };
  const found = (kind: Garbage['kind'], counts: Omit<Garbage, 'kind' | 'reason'>): Garbage => ({
    ...{ kind, reason: REASONS[kind] },
    ...counts,
  });
  return {
    async replacedObjects({ plan, signal }: GarbageRun): Promise<Garbage> {
      if (plan) return found('replaced-objects', { count: (await of.objects.unusedBytes()).length });
      const { removed } = await of.objects.sweep({ signal, mayCollect: may });
      return found('replaced-objects', { count: removed });
    },
    async deadSegments({ plan, signal }: GarbageRun): Promise<Garbage> {
      if (plan) {
        const dead = await of.knowledge.deadSegments();
        return found('dead-segments', { count: dead.length, bytes: dead.reduce((sum, { bytes }) => sum + bytes, 0) });
      }
      return found('dead-segments', { count: await of.knowledge.sweep(signal, may) });
    },
    /** They go with the sweep of segments, once they are old enough: here they are counted. */
    async indexHistory(): Promise<Garbage> {
      const { states, bytes } = await of.knowledge.keptHistory();
      return found('index-history', { count: 0, waiting: states, bytes });
    },
    async orphans(name: keyof typeof collectors, { plan, signal }: GarbageRun): Promise<Garbage> {
      const { removed: count, removedBytes: bytes, waiting } = await collectors[name].pass(signal, { plan });
      return found(`orphan-${name}`, { count, bytes, waiting });
    },
    async unfinishedWrites({ plan }: GarbageRun): Promise<Garbage> {
      // Nothing but its name is known of a half write: a plan says that there is a rule, not how many it would take.
      if (plan || !(await may())) return found('unfinished-writes', { count: 0 });
      const before = new Date(of.clock.now() - UNFINISHED_MS);
      const removed = [await of.objectStore.removeUnfinished(before), await of.segmentStore.removeUnfinished(before)];
      return found('unfinished-writes', { count: removed.reduce((sum, count) => sum + count, 0) });
    },
    /** Everything at once, for whoever asks. */
    async all(run: GarbageRun): Promise<readonly Garbage[]> {
      return [
        await this.replacedObjects(run),
        await this.deadSegments(run),
        await this.indexHistory(),
        await this.orphans('objects', run),
        await this.orphans('segments', run),
        await this.unfinishedWrites(run),
      ];
    },
  };
}

export type GarbageCollection = ReturnType<typeof createGarbage>;
