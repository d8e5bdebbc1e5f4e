import type { Scope } from '../../../core/scope.ts';
import type { BuiltSegment, SegmentKey } from '../../../segments/index.ts';
import type { Statements } from '../../../storage/database/contract.ts';

export type SegmentState = 'building' | 'live' | 'dead';

export interface SegmentRow {
  readonly id: string;
  /** Of the object store. */
  readonly bytesId: string;
  /** The work that built it: its segments are found again after a crash by this name. */
  readonly owner: string;
  readonly state: SegmentState;
  readonly embedder: BuiltSegment['embedder'];
  readonly statistics: BuiltSegment['statistics'];
  /** What its bytes are encrypted under; null where they are kept as they are. */
  readonly key: SegmentKey | null;
}

export type OfKnowledgeBase = Readonly<{ knowledgeBaseId: string }>;

const COLUMNS = 'id, bytes_id as "bytesId", owner, state, embedder, statistics, key';
const OF_KNOWLEDGE_BASE = 'account = :account and region = :region and knowledge_base_id = :knowledgeBaseId';

export async function insertSegment(
  db: Statements,
  scope: Scope,
  row: SegmentRow & OfKnowledgeBase & { at: Date },
): Promise<void> {
  await db.query(
    scope,
    `insert into knowledge_segments (account, region, knowledge_base_id, id, bytes_id, owner, state, embedder,
       statistics, key, changed_at)
     values (:account, :region, :knowledgeBaseId, :id, :bytesId, :owner, :state, :embedder::jsonb,
       :statistics::jsonb, :key::jsonb, :at)`,
    { ...row },
  );
}

/** What one work has built and not yet given to the index, in the order in which it was built. */
export async function selectBuiltSegments(
  db: Statements,
  scope: Scope,
  of: OfKnowledgeBase & { owner: string },
): Promise<SegmentRow[]> {
  return db.query<SegmentRow>(
    scope,
    `select ${COLUMNS} from knowledge_segments
     where ${OF_KNOWLEDGE_BASE} and owner = :owner and state = 'building' order by changed_at, id`,
    of,
  );
}

/** Says that the manifest names these and no others of the segments that are not being built. */
export async function settleSegments(
  db: Statements,
  scope: Scope,
  of: OfKnowledgeBase & { live: readonly string[]; at: Date },
): Promise<void> {
  await db.query(
    scope,
    `update knowledge_segments
     set state = case when id = any(:live::text[]) then 'live' else 'dead' end, changed_at = :at
     where ${OF_KNOWLEDGE_BASE}
       and ((state = 'live' and id <> all(:live::text[])) or (state = 'building' and id = any(:live::text[])))`,
    of,
  );
}

/** Notes which segments of the index cannot be read any more. */
export async function markDamaged(
  db: Statements,
  scope: Scope,
  of: OfKnowledgeBase & { ids: readonly string[] },
): Promise<void> {
  await db.query(
    scope,
    `update knowledge_segments set damaged = true where ${OF_KNOWLEDGE_BASE} and id = any(:ids::text[]) and not damaged`,
    of,
  );
}

export async function selectDamagedSegments(db: Statements, scope: Scope, knowledgeBaseId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    scope,
    `select id from knowledge_segments where ${OF_KNOWLEDGE_BASE} and state = 'live' and damaged`,
    { knowledgeBaseId },
  );
  return rows.map(({ id }) => id);
}

/** Gives up what a work has built, or every segment of the knowledge base. */
export async function killSegments(
  db: Statements,
  scope: Scope,
  of: OfKnowledgeBase & { owner: string | null; at: Date },
): Promise<void> {
  await db.query(
    scope,
    `update knowledge_segments set state = 'dead', changed_at = :at
     where ${OF_KNOWLEDGE_BASE} and state <> 'dead'
       and (:owner::text is null or (owner = :owner::text and state = 'building'))`,
    of,
  );
}

export interface DeadSegment extends Scope {
  readonly knowledgeBaseId: string;
  readonly id: string;
  readonly bytesId: string;
  readonly bytes: number;
}

/**
 * Segments, of everybody, that have been dead since before `before`, that no earlier state of an index needs and that nobody
 * holds a lease on.
 */
export async function selectSweepableSegments(
  db: Statements,
  of: { before: Date; now: Date; limit: number },
): Promise<DeadSegment[]> {
  return db.system<DeadSegment>(
    `select account, region, knowledge_base_id as "knowledgeBaseId", id, bytes_id as "bytesId",
       (statistics->>'bytes')::double precision as bytes
     from knowledge_segments s
     where state = 'dead' and changed_at < :before and not exists (
       select 1 from knowledge_index_history h
       where h.account = s.account and h.region = s.region and h.knowledge_base_id = s.knowledge_base_id
         and h.segment_ids @> array[s.id]
     ) and not exists (
       select 1 from knowledge_segment_leases l
       where l.account = s.account and l.region = s.region and l.knowledge_base_id = s.knowledge_base_id
         and l.segment_id = s.id and l.until > :now)
     order by changed_at limit :limit`,
    of,
  );
}

export async function deleteSegment(db: Statements, scope: Scope, of: OfKnowledgeBase & { id: string }): Promise<void> {
  await db.query(scope, `delete from knowledge_segments where ${OF_KNOWLEDGE_BASE} and id = :id`, of);
}

/** Which of these ids of the object store some segment is made of. */
export async function selectKnownBytes(db: Statements, ids: readonly string[]): Promise<string[]> {
  const rows = await db.system<{ id: string }>(
    'select bytes_id as id from knowledge_segments where bytes_id = any(:ids::text[])',
    { ids },
  );
  return rows.map(({ id }) => id);
}

/** Takes or renews a lease on segments, so that nobody removes them before `until`. */
export async function leaseSegments(
  db: Statements,
  scope: Scope,
  of: OfKnowledgeBase & { segmentIds: readonly string[]; holder: string; until: Date },
): Promise<void> {
  await db.query(
    scope,
    `insert into knowledge_segment_leases (account, region, knowledge_base_id, segment_id, holder, until)
     select :account, :region, :knowledgeBaseId, id, :holder, :until::timestamptz from unnest(:segmentIds::text[]) as given (id)
     on conflict (account, region, knowledge_base_id, segment_id, holder) do update set until = excluded.until`,
    of,
  );
}

export async function releaseSegments(
  db: Statements,
  scope: Scope,
  of: OfKnowledgeBase & { segmentIds: readonly string[]; holder: string },
): Promise<void> {
  await db.query(
    scope,
    `delete from knowledge_segment_leases
     where ${OF_KNOWLEDGE_BASE} and holder = :holder and segment_id = any(:segmentIds::text[])`,
    of,
  );
}

export async function deleteExpiredLeases(db: Statements, now: Date): Promise<void> {
  await db.system('delete from knowledge_segment_leases where until <= :now', { now });
}
