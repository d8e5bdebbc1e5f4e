import { isLoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import {
  applyMerge,
  type BuiltSegment,
  deadDocuments,
  type Manifest,
  type ManifestSegment,
  type MergePlan,
  planMerge,
} from '../../../segments/index.ts';
import { taskFile, type WorkerTask } from '../../../workers/index.ts';
import { type KnowledgeContext, now } from '../context.ts';
import { selectIndex, swapManifest } from '../tables/indexes.ts';
import { settleSegments } from '../tables/segments.ts';
import { catchUpStore } from '../vector-stores/catch-up.ts';
import { leaseIndex } from './leases.ts';
import { keepSegment, SEGMENT_LIMITS, type StoredSegment, storeSegment } from './segment-builder.ts';
import { type SegmentFile, segmentFile } from './segment-files.ts';

export interface SegmentsToMerge {
  readonly segments: readonly { readonly id: string; readonly file: SegmentFile; readonly dead: ReadonlySet<string> }[];
}

const MERGE_SEGMENTS: WorkerTask<SegmentsToMerge, BuiltSegment | undefined> = {
  name: 'Merging segments',
  file: taskFile(import.meta.url, './merge-segments.task.ts'),
};
const LEASE_MS = 2 * SEGMENT_LIMITS.timeoutMs;
const MOST_ROUNDS = 4;

/**
 * Merges the segments of an index while there are many small ones, or many dead documents in them. A merge that fails is
 * logged and left: the index goes on as it is, and whatever changes it next tries again.
 */
export async function mergeIndex(
  context: KnowledgeContext,
  scope: Scope,
  of: { knowledgeBaseId: string; signal: AbortSignal },
): Promise<void> {
  // The store that holds the index too first reads what is new, while it still lies apart.
  await catchUpStore(context, scope, of);
  try {
    await mergeAll(context, scope, of);
    await catchUpStore(context, scope, of);
  } catch (error) {
    of.signal.throwIfAborted();
    context.log.warn({ knowledgeBaseId: of.knowledgeBaseId, error: String(error) }, 'An index was not merged');
  }
}

async function mergeAll(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, signal }: { knowledgeBaseId: string; signal: AbortSignal },
): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    signal.throwIfAborted();
    const holder = context.ids.uuid();
    const lease = await leaseIndex(context, scope, { knowledgeBaseId, holder, forMs: LEASE_MS });
    try {
      const plan = lease && planWithinKeys(lease.manifest);
      if (!plan || !(await mergeOnce(context, scope, { knowledgeBaseId, plan, signal }))) return;
    } finally {
      await lease?.release();
    }
  }
}

/** Segments under different keys stay apart: each is unreadable when its own key is gone. */
function planWithinKeys(manifest: Manifest): MergePlan | undefined {
  const keyOf = ({ key }: ManifestSegment): string | undefined => key?.keyArn;
  for (const keyArn of new Set(manifest.segments.map(keyOf))) {
    const segments = manifest.segments.filter((segment) => keyOf(segment) === keyArn);
    const plan = planMerge({ ...manifest, segments });
    if (plan && plan.segments.length > 0) return plan;
  }
  return undefined;
}

/** @returns whether the index has changed */
async function mergeOnce(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, plan, signal }: { knowledgeBaseId: string; plan: MergePlan; signal: AbortSignal },
): Promise<boolean> {
  const merged = await mergedSegment(context, { scope, knowledgeBaseId }, plan, signal);
  return context.database.transaction(async (transaction) => {
    const index = await selectIndex(transaction, scope, knowledgeBaseId, 'update');
    const manifest = index && applied(index.manifest, plan, merged);
    if (!manifest) return false;
    const at = now(context);
    if (merged) await keepSegment(transaction, scope, merged, { knowledgeBaseId, owner: 'merge', state: 'live', at });
    await swapManifest(transaction, scope, { knowledgeBaseId, manifest, content: 'same' });
    const live = manifest.segments.map(({ id }) => id);
    await settleSegments(transaction, scope, { knowledgeBaseId, live, at });
    return true;
  });
}

async function mergedSegment(
  context: KnowledgeContext,
  of: { scope: Scope; knowledgeBaseId: string },
  { segments, tombstones }: MergePlan,
  signal: AbortSignal,
): Promise<StoredSegment | undefined> {
  const files = segments.map(async (segment) => {
    const file = await segmentFile(context, of, segment, signal);
    return { id: segment.id, file, dead: deadDocuments(tombstones, segment) };
  });
  const input = { segments: await Promise.all(files) };
  const built = await context.workers.run(MERGE_SEGMENTS, input, { limits: SEGMENT_LIMITS, signal });
  const { scope, knowledgeBaseId } = of;
  return built && storeSegment(context, scope, built, { knowledgeBaseId, keyArn: segments[0]?.key?.keyArn });
}

/** The manifest after the merge; undefined when another merge was there first, and this one is in vain. */
function applied(manifest: Manifest, plan: MergePlan, merged: StoredSegment | undefined): Manifest | undefined {
  try {
    return applyMerge(manifest, plan, merged);
  } catch (error) {
    if (isLoamError(error, 'resource-conflict') || isLoamError(error, 'embedders-mixed')) return undefined;
    throw error;
  }
}
