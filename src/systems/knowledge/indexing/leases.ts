import type { Scope } from '../../../core/scope.ts';
import type { Manifest } from '../../../segments/index.ts';
import type { KnowledgeContext } from '../context.ts';
import { selectIndex } from '../tables/indexes.ts';
import { leaseSegments, releaseSegments } from '../tables/segments.ts';

/** The index as it is now; none of its segments is removed while the lease lasts. */
export interface IndexLease {
  readonly version: number;
  readonly content: number;
  readonly manifest: Manifest;
  /** Makes it last again as long as it was taken for. */
  renew(): Promise<void>;
  release(): Promise<void>;
}

type LeaseContext = Pick<KnowledgeContext, 'database' | 'clock'>;

interface Holder {
  readonly knowledgeBaseId: string;
  readonly holder: string;
  readonly forMs: number;
}

/**
 * Takes a lease on the segments of an index. The manifest is read and the leases are written in one transaction that no swap
 * can come between, so what is leased is what was read. Undefined when the knowledge base has no index.
 */
export async function leaseIndex(
  { database, clock }: LeaseContext,
  scope: Scope,
  { knowledgeBaseId, holder, forMs }: Holder,
): Promise<IndexLease | undefined> {
  const index = await database.transaction(async (transaction) => {
    const row = await selectIndex(transaction, scope, knowledgeBaseId, 'share');
    const segmentIds = row?.manifest.segments.map(({ id }) => id) ?? [];
    await leaseSegments(transaction, scope, {
      knowledgeBaseId,
      segmentIds,
      holder,
      until: new Date(clock.now() + forMs),
    });
    return row;
  });
  return index && leaseOn({ database, clock }, scope, { ...index, knowledgeBaseId, holder, forMs });
}

/**
 * Takes a lease on the segments of a manifest that is not, or not yet, the index. Whoever asks sees to it that they are
 * there when he does.
 */
export async function leaseSnapshot(
  { database, clock }: LeaseContext,
  scope: Scope,
  of: Pick<IndexLease, 'version' | 'content' | 'manifest'> & Holder,
): Promise<IndexLease> {
  const lease = leaseOn({ database, clock }, scope, of);
  await lease.renew();
  return lease;
}

function leaseOn(
  { database, clock }: LeaseContext,
  scope: Scope,
  {
    version,
    content,
    manifest,
    knowledgeBaseId,
    holder,
    forMs,
  }: Pick<IndexLease, 'version' | 'content' | 'manifest'> & Holder,
): IndexLease {
  const of = { knowledgeBaseId, segmentIds: manifest.segments.map(({ id }) => id), holder };
  return {
    version,
    content,
    manifest,
    renew: () => leaseSegments(database, scope, { ...of, until: new Date(clock.now() + forMs) }),
    release: () => releaseSegments(database, scope, of),
  };
}
