import type { Statements } from '../../../storage/database/contract.ts';

/** Bytes that some statement let go of. */
export interface QueuedBytes {
  readonly account: string;
  readonly region: string;
  readonly bytesId: string;
  /** To the microsecond, as text: a Date would lose three digits. */
  readonly queuedAt: string;
  /** A copy, or a part, still uses them. */
  readonly inUse: boolean;
}

const IN_USE = `exists (select from objects o where o.bytes_id = q.bytes_id)
  or exists (select from object_parts p where p.bytes_id = q.bytes_id)`;

/**
 * The next bytes that have been queued for at least the grace period, oldest first. The queue belongs to the process, not to a
 * caller: it is swept for all accounts at once.
 */
export function selectDue(
  statements: Statements,
  { graceSeconds, limit }: { graceSeconds: number; limit: number },
): Promise<QueuedBytes[]> {
  return statements.system<QueuedBytes>(
    `select account, region, bytes_id as "bytesId", queued_at::text as "queuedAt", ${IN_USE} as "inUse"
     from bytes_to_remove q where queued_at <= now() - make_interval(secs => :graceSeconds)
     order by queued_at limit :limit`,
    { graceSeconds, limit },
  );
}

/** Strikes bytes off the queue, except those that were queued again meanwhile: their last user has gone since. */
export async function deleteQueued(statements: Statements, queued: readonly QueuedBytes[]): Promise<void> {
  await statements.system(
    `delete from bytes_to_remove q
     using unnest(:accounts::text[], :regions::text[], :ids::text[], :times::timestamptz[]) as gone (account, region, bytes_id, queued_at)
     where q.account = gone.account and q.region = gone.region and q.bytes_id = gone.bytes_id
       and q.queued_at = gone.queued_at`,
    { ...columnsOf(queued), times: queued.map(({ queuedAt }) => queuedAt) },
  );
}

/** Puts bytes back at the end of the queue: somebody is still reading them. */
export async function queueAgain(statements: Statements, queued: readonly QueuedBytes[]): Promise<void> {
  await statements.system(
    `update bytes_to_remove q set queued_at = now()
     from unnest(:accounts::text[], :regions::text[], :ids::text[]) as held (account, region, bytes_id)
     where q.account = held.account and q.region = held.region and q.bytes_id = held.bytes_id`,
    columnsOf(queued),
  );
}

/** Puts off the removal of these bytes, whoever would do it, as if they had been let go of now. */
export async function postponeRemoval(statements: Statements, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await statements.system('update bytes_to_remove set queued_at = now() where bytes_id = any(:ids::text[])', { ids });
}

function columnsOf(queued: readonly QueuedBytes[]): { accounts: string[]; regions: string[]; ids: string[] } {
  return {
    accounts: queued.map(({ account }) => account),
    regions: queued.map(({ region }) => region),
    ids: queued.map(({ bytesId }) => bytesId),
  };
}

/** Which of these ids this system still refers to, or will remove itself. */
export async function selectReferenced(statements: Statements, ids: readonly string[]): Promise<Set<string>> {
  const rows = await statements.system<{ id: string }>(
    `select id from unnest(:ids::text[]) as asked (id)
     where exists (select from objects where bytes_id = id collate "C")
       or exists (select from object_parts where bytes_id = id collate "C")
       or exists (select from bytes_to_remove where bytes_id = id collate "C")`,
    { ids },
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * Forgets the uploads that were completed longest ago, of all accounts at once.
 *
 * @returns how many; fewer than the limit when none are left.
 */
export async function deleteCompletedUploads(
  statements: Statements,
  { olderThanSeconds, limit }: { olderThanSeconds: number; limit: number },
): Promise<number> {
  const rows = await statements.system(
    `delete from object_uploads_completed where (account, region, bucket, upload_id) in (
       select account, region, bucket, upload_id from object_uploads_completed
       where completed_at <= now() - make_interval(secs => :olderThanSeconds) order by completed_at limit :limit
     ) returning upload_id`,
    { olderThanSeconds, limit },
  );
  return rows.length;
}
