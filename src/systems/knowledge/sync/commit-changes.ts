import type { Scope } from '../../../core/scope.ts';
import type { Chunk, Manifest } from '../../../segments/index.ts';
import type { Statements, Transaction } from '../../../storage/database/contract.ts';
import type { RunningJob } from '../../../storage/jobs/contract.ts';
import { type KnowledgeContext, now } from '../context.ts';
import { keepSegment, type StoredSegment } from '../indexing/segment-builder.ts';
import { type DataSourceIds, type DataSourceRow, selectDataSource } from '../tables/data-sources.ts';
import { type DocumentChangeRow, deleteDocumentChanges, selectCurrentChanges } from '../tables/document-changes.ts';
import { type DocumentRow, deleteDocumentsByKey, selectDocumentsByKey, upsertDocuments } from '../tables/documents.ts';
import { selectIndex } from '../tables/indexes.ts';
import { swapIndex } from './finish.ts';
import { nextManifest } from './next-manifest.ts';
import type { PlannedDocument } from './plan.ts';

/** What was made of one change; without a row it is a deletion, or gives way to a later change. */
export interface DoneChange {
  readonly change: DocumentChangeRow;
  readonly row?: PlannedDocument;
  readonly chunks: readonly Chunk[];
}

export interface Committing {
  readonly context: Pick<KnowledgeContext, 'database' | 'clock'>;
  readonly work: Pick<RunningJob<unknown>, 'scope' | 'fence'>;
  readonly source: DataSourceRow;
}

/**
 * Makes documents that came by calls of their own the truth, together with the segment that was built of them.
 *
 * @returns false, with nothing changed, when a later change took the place of one of them
 */
export async function commitChanges(
  { context, work, source }: Committing,
  done: readonly DoneChange[],
  segment: StoredSegment | undefined,
): Promise<boolean> {
  const { scope } = work;
  const ids = idsOf(source);
  return context.database.transaction(async (transaction) => {
    await work.fence(transaction);
    // The lock on the index comes first, as in every other swap.
    const index = await selectIndex(transaction, scope, ids.knowledgeBaseId, 'update');
    const current = await selectDataSource(transaction, scope, ids);
    if (!index || !current || current.status === 'DELETING') return true;
    const applied = done.map(({ change }) => change.changeId);
    const left = await selectCurrentChanges(transaction, scope, { ...ids, changeIds: applied });
    if (left.size < applied.length) return false;
    await swap(transaction, scope, { context, source: current, manifest: index.manifest, done, segment });
    await deleteDocumentChanges(transaction, scope, { ...ids, changeIds: applied });
    return true;
  });
}

async function swap(
  transaction: Transaction,
  scope: Scope,
  of: {
    context: Committing['context'];
    source: DataSourceRow;
    manifest: Manifest;
    done: readonly DoneChange[];
    segment: StoredSegment | undefined;
  },
): Promise<void> {
  const { source, done, segment } = of;
  const at = now(of.context);
  const ids = idsOf(source);
  const known = await knownDocuments(
    transaction,
    scope,
    source,
    done.map(({ change }) => change),
  );
  const replaced = done.flatMap(({ change, row }) => {
    const before = known.get(change.key);
    return before?.indexed && row?.outcome !== 'failed' ? [before.documentId] : [];
  });
  const keys = done.map(({ change }) => change.key);
  await deleteDocumentsByKey(transaction, scope, { ...ids, sync: source.committedSync, keys });
  const rows = done.flatMap(({ row }) => row ?? []);
  await upsertDocuments(transaction, scope, { ...ids, sync: source.committedSync, rows, at });
  const { knowledgeBaseId } = ids;
  if (segment)
    await keepSegment(transaction, scope, segment, { knowledgeBaseId, owner: 'documents', state: 'live', at });
  const manifest = nextManifest(of.manifest, { replaced, built: segment ? [segment] : [] });
  const isChanged = segment !== undefined || replaced.length > 0;
  await swapIndex(transaction, scope, knowledgeBaseId, { manifest, isChanged, at });
}

/** What holds of the documents that these changes are about, by key. */
export async function knownDocuments(
  db: Statements,
  scope: Scope,
  source: DataSourceRow,
  changes: readonly DocumentChangeRow[],
): Promise<Map<string, DocumentRow>> {
  const of = { ...idsOf(source), sync: source.committedSync, keys: changes.map(({ key }) => key) };
  const rows = await selectDocumentsByKey(db, scope, of);
  return new Map(rows.map((row) => [row.key, row]));
}

function idsOf({ knowledgeBaseId, id: dataSourceId }: DataSourceRow): DataSourceIds {
  return { knowledgeBaseId, dataSourceId };
}
