import type { Scope } from '../../../core/scope.ts';
import type { Manifest } from '../../../segments/index.ts';
import type { Statements } from '../../../storage/database/contract.ts';

/** What an index held for some time. */
export interface IndexStateRow {
  readonly version: number;
  readonly content: number;
  readonly fingerprint: string;
  readonly manifest: Manifest;
  readonly since: Date;
  /** Null for the present one. */
  readonly until: Date | null;
}

type OfKnowledgeBase = Readonly<{ knowledgeBaseId: string }>;

const OF_KNOWLEDGE_BASE = 'account = :account and region = :region and knowledge_base_id = :knowledgeBaseId';
const STATES = `(
  select version, content, fingerprint, manifest, since, null::timestamptz as until
  from knowledge_indexes where ${OF_KNOWLEDGE_BASE}
  union all
  select version, content, fingerprint, manifest, since, until
  from knowledge_index_history where ${OF_KNOWLEDGE_BASE}
) states`;

/** The state at a time, if it is kept. */
export async function selectStateAt(
  db: Statements,
  scope: Scope,
  of: OfKnowledgeBase & { at: Date },
): Promise<IndexStateRow | undefined> {
  const rows = await db.query<IndexStateRow>(
    scope,
    `select * from ${STATES} where since <= :at and (until is null or until > :at) order by version desc limit 1`,
    of,
  );
  return rows[0];
}

/** The state with a content, if it is kept. */
export async function selectStateOf(
  db: Statements,
  scope: Scope,
  of: OfKnowledgeBase & { content: number },
): Promise<IndexStateRow | undefined> {
  const rows = await db.query<IndexStateRow>(
    scope,
    `select * from ${STATES} where content = :content order by version desc limit 1`,
    of,
  );
  return rows[0];
}

/** Since when states are kept without a gap up to the present one. */
export async function selectEarliestState(
  db: Statements,
  scope: Scope,
  of: OfKnowledgeBase,
): Promise<Date | undefined> {
  const rows = await db.query<{ since: Date | null }>(scope, `select min(since) as since from ${STATES}`, of);
  return rows[0]?.since ?? undefined;
}

/** Forgets the states, of everybody, that ended before a time, and those beyond the newest `most` of a knowledge base. */
export async function deleteOldStates(db: Statements, of: { before: Date; most: number }): Promise<void> {
  await db.system(
    `delete from knowledge_index_history h using (
       select account, region, knowledge_base_id, version, until,
         row_number() over (partition by account, region, knowledge_base_id order by version desc) as place
       from knowledge_index_history
     ) old
     where h.account = old.account and h.region = old.region and h.knowledge_base_id = old.knowledge_base_id
       and h.version = old.version and (old.until < :before or old.place > :most)`,
    of,
  );
}

/** How many earlier states are kept, of everybody, and the bytes of the segments that only they need. */
export async function countKeptStates(db: Statements): Promise<{ states: number; bytes: number }> {
  const rows = await db.system<{ states: number; bytes: number }>(
    `select (select count(*) from knowledge_index_history)::integer as states,
       coalesce(sum((statistics->>'bytes')::double precision), 0) as bytes
     from knowledge_segments s
     where state = 'dead' and exists (
       select 1 from knowledge_index_history h
       where h.account = s.account and h.region = s.region and h.knowledge_base_id = s.knowledge_base_id
         and h.segment_ids @> array[s.id])`,
    {},
  );
  return rows[0] ?? { states: 0, bytes: 0 };
}
