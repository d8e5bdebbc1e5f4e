import type { Scope } from '../../core/scope.ts';
import { documentLocation, isCustomSource } from './data-source-configuration.ts';
import { getUsableDataSource } from './data-sources.ts';
import { getUsableKnowledgeBase } from './knowledge-bases.ts';
import { refuse } from './refusal.ts';
import { type ChangeReason, reasonsOf } from './sync/change-reason.ts';
import { type Finding, findChanges } from './sync/plan.ts';
import type { SyncContext } from './sync.ts';
import type { DataSourceIds } from './tables/data-sources.ts';

/** What a sync would do, were it started now. */
export interface IngestionPlan {
  /** Documents in the bucket below the prefix, and how many of them nothing would be done with. */
  readonly scanned: number;
  readonly unchanged: number;
  readonly added: number;
  readonly changed: number;
  readonly deleted: number;
  /** Of the files that would be read. */
  readonly bytesToRead: number;
  /** In the byte order of their keys, the first `limit` of them. */
  readonly changes: readonly PlannedChange[];
  /** How many there are beyond these. */
  readonly more: number;
}

export interface PlannedChange {
  readonly action: 'add' | 'change' | 'delete';
  readonly key: string;
  /** `s3://bucket/key` */
  readonly uri: string;
  readonly reasons: readonly ChangeReason[];
  /** In bytes; of a deletion what it had. */
  readonly size: number;
  /** Why it failed, where it did before. */
  readonly failure?: string;
}

/**
 * Tells what a sync would do, with the reason for each file: the scan of the sync itself, which writes nothing.
 *
 * @throws LoamError `resource-not-found`, `resource-conflict`, `bucket-not-found`, `parameter-invalid` for a CUSTOM data source
 */
export async function planIngestion(
  context: Pick<SyncContext, 'database' | 'openBucket'>,
  scope: Scope,
  request: DataSourceIds & { limit: number; signal: AbortSignal },
): Promise<IngestionPlan> {
  await getUsableKnowledgeBase(context, scope, request.knowledgeBaseId);
  const source = await getUsableDataSource(context, scope, request);
  if (isCustomSource(source.configuration)) {
    refuse('dataSourceId', 'is a CUSTOM data source, which has nothing to scan', 'an S3 data source');
  }
  const location = documentLocation(source.configuration);
  const listing = context.openBucket(scope, location).list(request.signal);
  const { knowledgeBaseId, dataSourceId, limit } = request;
  const of = { knowledgeBaseId, dataSourceId, committedSync: source.committedSync };
  const totals = { scanned: 0, unchanged: 0, added: 0, changed: 0, deleted: 0, bytesToRead: 0, more: 0 };
  const changes: PlannedChange[] = [];
  for await (const finding of findChanges(context.database, scope, of, listing)) {
    if (finding.document.listed) totals.scanned += 1;
    const change = changeOf(finding, location);
    if (!change) {
      if (finding.document.listed) totals.unchanged += 1;
      continue;
    }
    totals[COUNTERS[change.action]] += 1;
    if (change.action !== 'delete' && !isMetadataAlone(change)) totals.bytesToRead += change.size;
    if (changes.length < limit) changes.push(change);
    else totals.more += 1;
  }
  return { ...totals, changes };
}

const COUNTERS = { add: 'added', change: 'changed', delete: 'deleted' } as const;

function changeOf(finding: Finding, { bucket, prefix }: { bucket: string; prefix: string }): PlannedChange | undefined {
  const { document, row } = finding;
  if (!row) return undefined;
  const { key, known } = document;
  const failure = known?.outcome === 'failed' ? known.reason : null;
  return {
    action: row.change === 'deleted' ? 'delete' : known ? 'change' : 'add',
    key,
    uri: `s3://${bucket}/${key}`,
    reasons: reasonsOf(finding, prefix),
    size: row.size,
    ...(failure !== null && { failure }),
  };
}

function isMetadataAlone({ reasons }: PlannedChange): boolean {
  return reasons.every((reason) => reason.startsWith('metadata-'));
}
