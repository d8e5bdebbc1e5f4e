import type { Scope } from '../../../core/scope.ts';
import type { Metadata } from '../../../segments/index.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { DocumentChange, DocumentOutcome, DocumentRow, SyncIds } from './documents.ts';

/** A document seen from all sides: what waits for it, what a running sync does with it, what holds. */
export interface DocumentView {
  readonly key: string;
  readonly waiting: { readonly action: 'ingest' | 'delete'; readonly isWorkedOn: boolean } | null;
  /** What a sync that runs has come to with it. */
  readonly running: DocumentOutcome | null;
  readonly holding: {
    readonly change: DocumentChange;
    readonly outcome: DocumentOutcome;
    readonly indexed: boolean;
  } | null;
  readonly reason: string | null;
  readonly pages: number | null;
  readonly chunks: number | null;
  /** Of the version that the index holds; of one that waits to be put for the first time, those that came with it. */
  readonly attributes: Metadata | null;
  readonly updatedAt: Date;
}

interface ViewRow extends Pick<DocumentView, 'key' | 'attributes' | 'reason' | 'pages' | 'chunks' | 'updatedAt'> {
  readonly action: 'ingest' | 'delete' | null;
  readonly isWorkedOn: boolean;
  readonly running: DocumentOutcome | null;
  readonly change: DocumentRow['change'] | null;
  readonly outcome: DocumentRow['outcome'] | null;
  readonly indexed: boolean | null;
}

/** `chosen`: the keys that are wanted, in a select that gives one column `key`; each gives a row, whether there is a document or not. */
function viewsOf(chosen: string): string {
  const ofSource = (alias: string): string =>
    `${alias}.account = :account and ${alias}.region = :region and ${alias}.knowledge_base_id = :knowledgeBaseId
      and ${alias}.data_source_id = :dataSourceId`;
  return `
    select k.key, c.action, c.work_id is not null as "isWorkedOn", r.outcome as running,
      h.change, h.outcome, h.indexed, coalesce(r.reason, h.reason) as reason, h.pages, h.chunks,
      coalesce(h.attributes, c.request #> '{metadata,attributes}') as attributes,
      greatest(c.at, r.updated_at, h.updated_at) as "updatedAt"
    from (${chosen}) k
    left join knowledge_document_changes c on ${ofSource('c')} and c.key = k.key
    left join knowledge_documents r on ${ofSource('r')} and r.key = k.key and r.sync = (
      select j.sync from knowledge_ingestion_jobs j
      where ${ofSource('j')} and j.status in ('STARTING', 'IN_PROGRESS', 'STOPPING'))
    left join lateral (
      select * from knowledge_documents d where ${ofSource('d')} and d.key = k.key and d.sync <= :sync
      order by d.sync desc limit 1) h on h.change <> 'deleted'
    order by k.key`;
}

const OF_DATA_SOURCE = `account = :account and region = :region and knowledge_base_id = :knowledgeBaseId
  and data_source_id = :dataSourceId`;

/** In the byte order of their keys, from after `after`: those among the next `limit` keys, and where to go on, if anywhere. */
export async function selectDocumentViews(
  db: Statements,
  scope: Scope,
  page: SyncIds & { after: string; limit: number },
): Promise<{ views: DocumentView[]; next: string | undefined }> {
  const chosen = `select key from (
      (select distinct key from knowledge_documents where ${OF_DATA_SOURCE} and key > :after order by key limit :limit)
      union
      (select key from knowledge_document_changes where ${OF_DATA_SOURCE} and key > :after order by key limit :limit)
    ) both_kinds order by key limit :limit`;
  const rows = await db.query<ViewRow>(scope, viewsOf(chosen), page);
  return { views: rows.flatMap(asViews), next: rows.length < page.limit ? undefined : rows.at(-1)?.key };
}

export async function selectDocumentViewsByKey(
  db: Statements,
  scope: Scope,
  of: SyncIds & { keys: readonly string[] },
): Promise<DocumentView[]> {
  const chosen = 'select distinct key collate "C" as key from unnest(:keys::text[]) as given (key)';
  return (await db.query<ViewRow>(scope, viewsOf(chosen), of)).flatMap(asViews);
}

/** None for a key that no document has (any more). */
function asViews({ action, isWorkedOn, change, outcome, indexed, ...row }: ViewRow): DocumentView[] {
  const waiting = action && { action, isWorkedOn };
  const holding = change === null || outcome === null ? null : { change, outcome, indexed: indexed === true };
  return waiting || row.running !== null || holding ? [{ ...row, waiting, holding }] : [];
}
