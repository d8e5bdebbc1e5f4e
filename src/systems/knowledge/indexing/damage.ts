import type { Scope } from '../../../core/scope.ts';
import { deadDocuments, type Manifest } from '../../../segments/index.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import { taskFile, type WorkerTask } from '../../../workers/index.ts';
import { type KnowledgeContext, now } from '../context.ts';
import { selectDataSources } from '../tables/data-sources.ts';
import { hasLostDocuments, markLost } from '../tables/lost-documents.ts';
import { markDamaged, selectDamagedSegments } from '../tables/segments.ts';
import { leaseIndex } from './leases.ts';
import { SEGMENT_LIMITS } from './segment-builder.ts';
import { type SegmentFile, segmentFile } from './segment-files.ts';

export interface SegmentsToCheck {
  readonly segments: readonly { readonly id: string; readonly file: SegmentFile; readonly dead: ReadonlySet<string> }[];
}

export interface CheckedSegments {
  readonly damaged: readonly string[];
  /** What lives in the others; empty where nothing is damaged. */
  readonly documents: readonly string[];
}

const CHECK_SEGMENTS: WorkerTask<SegmentsToCheck, CheckedSegments> = {
  name: 'Checking the segments of an index',
  file: taskFile(import.meta.url, './check-segments.task.ts'),
};
const LEASE_MS = SEGMENT_LIMITS.timeoutMs;
const LOST = 'A part of the index was damaged, and its passages with it; the next sync reads it again.';
const PAGE = 100;
// Beyond this an index is not read from end to end with every sync; damage shows when it is opened.
const MOST_BYTES = 512 * 2 ** 20;

/**
 * Reads the segments of an index and, where some are damaged or missing, writes down which documents were lost with them: they
 * are listed as failed and read again by the next sync of their data source.
 *
 * @param all also where the index is large, or its segments are in a bucket
 * @returns whether anything is damaged
 */
export async function findDamage(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, all, signal }: { knowledgeBaseId: string; all: boolean; signal: AbortSignal },
): Promise<boolean> {
  const lease = await leaseIndex(context, scope, { knowledgeBaseId, holder: context.ids.uuid(), forMs: LEASE_MS });
  if (!lease) return false;
  try {
    const { manifest } = lease;
    if (manifest.segments.length === 0 || (!all && !isWorthChecking(context, manifest))) return false;
    const segments = await Promise.all(
      manifest.segments.map(async (segment) => {
        const file = await segmentFile(context, { scope, knowledgeBaseId }, segment, signal);
        return { id: segment.id, file, dead: deadDocuments(manifest.tombstones, segment) };
      }),
    );
    const options = { limits: SEGMENT_LIMITS, signal };
    const { damaged, documents } = await context.workers.run(CHECK_SEGMENTS, { segments }, options);
    if (damaged.length === 0) return false;
    context.log.error({ knowledgeBaseId, segments: damaged }, 'Segments of an index are damaged');
    await markDamaged(context.database, scope, { knowledgeBaseId, ids: damaged });
    await markLostDocuments(context, scope, knowledgeBaseId, documents);
    return true;
  } finally {
    await lease.release();
  }
}

/** The same before a sync, which goes on all the same when an index cannot be checked. */
export async function findDamageBeforeSync(
  context: KnowledgeContext,
  scope: Scope,
  of: { knowledgeBaseId: string; signal: AbortSignal },
): Promise<void> {
  try {
    await findDamage(context, scope, { ...of, all: false });
  } catch (error) {
    of.signal.throwIfAborted();
    context.log.warn({ knowledgeBaseId: of.knowledgeBaseId, error: String(error) }, 'An index could not be checked');
  }
}

function isWorthChecking({ store }: KnowledgeContext, { segments }: Manifest): boolean {
  const bytes = segments.reduce((sum, { statistics }) => sum + statistics.bytes, 0);
  return bytes <= MOST_BYTES && segments.every(({ bytesId, key }) => !key && store.localPath(bytesId) !== undefined);
}

async function markLostDocuments(
  context: KnowledgeContext,
  scope: Scope,
  knowledgeBaseId: string,
  kept: readonly string[],
): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const sources = await selectDataSources(context.database, scope, { knowledgeBaseId, after, limit: PAGE });
    for (const { id: dataSourceId, committedSync: sync } of sources) {
      const of = { knowledgeBaseId, dataSourceId, sync, kept, reason: LOST, at: now(context) };
      await markLost(context.database, scope, of);
    }
    after = sources.length < PAGE ? undefined : sources.at(-1)?.id;
  }
}

/**
 * The manifest without its damaged segments, once every document that was lost with them is in others again, or gone. Until
 * then they stay: nothing is found, rather than a part of it.
 */
export async function withoutDamage(
  transaction: Statements,
  scope: Scope,
  knowledgeBaseId: string,
  manifest: Manifest,
): Promise<Manifest> {
  const damaged = new Set(await selectDamagedSegments(transaction, scope, knowledgeBaseId));
  if (!manifest.segments.some(({ id }) => damaged.has(id))) return manifest;
  if (await hasLostDocuments(transaction, scope, knowledgeBaseId)) return manifest;
  return { ...manifest, segments: manifest.segments.filter(({ id }) => !damaged.has(id)) };
}
