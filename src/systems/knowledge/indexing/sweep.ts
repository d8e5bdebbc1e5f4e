import { type KnowledgeContext, now } from '../context.ts';
import { deleteDocumentTables, selectSweepableTables } from '../tables/document-tables.ts';
import { countKeptStates, deleteOldStates } from '../tables/index-history.ts';
import { deleteExpiredLeases, deleteSegment, selectSweepableSegments } from '../tables/segments.ts';

// Longer than a reader needs from reading a manifest to leasing its segments, whatever happens in between.
const GRACE_MS = 60_000;
const BATCH = 100;
const DAY_MS = 86_400_000;
// What changes every minute would keep ten thousand a week, each with all its tombstones.
const MOST_STATES = 1_000;

type SweepContext = Pick<KnowledgeContext, 'database' | 'store' | 'clock' | 'indexHistoryDays'>;

/**
 * Removes segments that no manifest names, of now or of the kept history, and nobody holds a lease on. @returns how many
 */
export async function sweepSegments(
  context: SweepContext,
  signal: AbortSignal,
  mayCollect: () => Promise<boolean> = async () => true,
): Promise<number> {
  const { database, store } = context;
  let swept = 0;
  await deleteExpiredLeases(database, now(context));
  swept += await sweepTables(context, signal, mayCollect);
  await deleteOldStates(database, { before: historyBegins(context), most: MOST_STATES });
  for (;;) {
    if (!(await mayCollect())) return swept;
    const at = now(context);
    const before = new Date(at.getTime() - GRACE_MS);
    const dead = await selectSweepableSegments(database, { before, now: at, limit: BATCH });
    for (const { account, region, knowledgeBaseId, id, bytesId } of dead) {
      signal.throwIfAborted();
      // The bytes first: a row without bytes is swept again, bytes without a row would be left to the orphan collector.
      await store.remove(bytesId);
      await deleteSegment(database, { account, region }, { knowledgeBaseId, id });
    }
    swept += dead.length;
    if (dead.length < BATCH) return swept;
  }
}

/** A document that is being read has tables before it has a row that says so. */
const TABLES_GRACE_MS = 3_600_000;

async function sweepTables(
  { database, store, clock }: SweepContext,
  signal: AbortSignal,
  mayCollect: () => Promise<boolean>,
): Promise<number> {
  const before = new Date(clock.now() - TABLES_GRACE_MS);
  let swept = 0;
  for (;;) {
    if (!(await mayCollect())) return swept;
    const dead = await selectSweepableTables(database, { before, limit: BATCH });
    for (const { account, region, ...tables } of dead) {
      signal.throwIfAborted();
      await store.remove(tables.bytesId);
      await deleteDocumentTables(database, { account, region }, { account, region, ...tables });
    }
    swept += dead.length;
    if (dead.length < BATCH) return swept;
  }
}

function historyBegins({ clock, indexHistoryDays = 0 }: SweepContext): Date {
  return new Date(clock.now() - indexHistoryDays * DAY_MS);
}

/** How many earlier states of indexes are kept, and the bytes of the segments that they alone need. */
export function keptHistory({ database }: Pick<KnowledgeContext, 'database'>) {
  return countKeptStates(database);
}

const MOST_REPORTED = 100_000;

/** What a sweep would remove now. */
export function sweepableSegments(context: Pick<KnowledgeContext, 'database' | 'clock'>) {
  const at = now(context);
  const before = new Date(at.getTime() - GRACE_MS);
  return selectSweepableSegments(context.database, { before, now: at, limit: MOST_REPORTED });
}
