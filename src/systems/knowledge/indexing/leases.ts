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

/**
 * Takes a lease on the segments of an index. The manifest is read and the leases are written in one transaction that no swap
 * can come between, so what is leased is what was read. Undefined when the knowledge base has no index.
 */
export async function leaseIndex(
  { database, clock }: Pick<KnowledgeContext, 'database' | 'clock'>,
  scope: Scope,
  { knowledgeBaseId, holder, forMs }: { knowledgeBaseId: string; holder: string; forMs: number },
): Promise<IndexLease | undefined> {
  const until = (): Date => new Date(clock.now() + forMs);
  const index = await database.transaction(async (transaction) => {
    const row = await selectIndex(transaction, scope, knowledgeBaseId, 'share');
    const segmentIds = row?.manifest.segments.map(({ id }) => id) ?? [];
    await leaseSegments(transaction, scope, { knowledgeBaseId, segmentIds, holder, until: until() });
    return row;
  });
  if (!index) return undefined;
  const of = { knowledgeBaseId, segmentIds: index.manifest.segments.map(({ id }) => id), holder };
  return {
    version: index.version,
    content: index.content,
    manifest: index.manifest,
    renew: () => leaseSegments(database, scope, { ...of, until: until() }),
    release: () => releaseSegments(database, scope, of),
  };
}
