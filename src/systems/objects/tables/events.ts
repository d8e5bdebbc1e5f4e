import type { Scope } from '../../../core/scope.ts';
import type { Database, Statements } from '../../../storage/database/contract.ts';
import type { ListedBucket } from '../object.ts';

export interface NewEvent {
  /** An ARN, or `loam:<part>/<id>`. */
  readonly destination: string;
  readonly event: object;
}

/** An event that this process has taken to deliver. */
export interface ClaimedEvent extends Scope {
  readonly id: number;
  readonly destination: string;
  readonly event: object;
  /** This one included. */
  readonly attempts: number;
}

export async function insertEvents(
  statements: Statements,
  bucket: ListedBucket,
  events: readonly NewEvent[],
): Promise<void> {
  await statements.query(
    bucket,
    `insert into object_events (account, region, bucket, destination, event)
     select :account, :region, :bucket, e.destination, e.event
     from jsonb_to_recordset(:events::jsonb) as e (destination text, event jsonb)`,
    { bucket: bucket.name, events },
  );
}

/** Takes what is due, of all accounts at once: what others have taken is left to them until their lease ends. */
export function claimEvents(
  statements: Statements,
  { limit, leaseSeconds }: { limit: number; leaseSeconds: number },
): Promise<ClaimedEvent[]> {
  return statements.system<ClaimedEvent>(
    `update object_events e set attempts = attempts + 1, due_at = now() + make_interval(secs => :leaseSeconds)
     from (select account, region, id from object_events where state = 'pending' and due_at <= now()
       order by due_at limit :limit for update skip locked) as due
     where e.account = due.account and e.region = due.region and e.id = due.id
     returning e.account, e.region, e.id, e.destination, e.attempts, case when e.event ? 's3'
       then jsonb_set(e.event, '{s3,object,sequencer}', to_jsonb(lpad(to_hex(e.id), 16, '0'))) else e.event end as event`,
    { limit, leaseSeconds },
  );
}

const ONE = 'account = :account and region = :region and id = :id';

export async function markDelivered(statements: Statements, event: ClaimedEvent): Promise<void> {
  const text = `update object_events set state = 'delivered', ended_at = now(), problem = null where ${ONE}`;
  await statements.query(event, text, { id: event.id });
}

export async function markFailed(statements: Statements, event: ClaimedEvent, problem: string): Promise<void> {
  const text = `update object_events set state = 'failed', ended_at = now(), problem = :problem where ${ONE}`;
  await statements.query(event, text, { id: event.id, problem });
}

export async function postpone(
  statements: Statements,
  event: ClaimedEvent,
  { problem, pauseSeconds }: { problem: string; pauseSeconds: number },
): Promise<void> {
  await statements.query(
    event,
    `update object_events set problem = :problem, due_at = now() + make_interval(secs => :pauseSeconds) where ${ONE}`,
    { id: event.id, problem, pauseSeconds },
  );
}

/** Turns what was delivered a while ago into a count. */
export async function sweepDelivered(database: Database, olderThanSeconds: number): Promise<void> {
  await database.system(
    `with gone as (
       delete from object_events where state = 'delivered' and ended_at <= now() - make_interval(secs => :olderThanSeconds)
       returning account, region, bucket, destination
     )
     insert into object_event_totals (account, region, bucket, destination, delivered)
     select account, region, bucket, destination, count(*) from gone group by account, region, bucket, destination
     on conflict (account, region, bucket, destination)
       do update set delivered = object_event_totals.delivered + excluded.delivered`,
    { olderThanSeconds },
  );
}

/** Of one destination of a bucket: accepted = delivered + failed + pending. */
export interface EventCounts {
  readonly destination: string;
  readonly accepted: number;
  readonly delivered: number;
  readonly failed: number;
  readonly pending: number;
  /** Why the last one failed, or is late. */
  readonly problem: string | null;
}

export function selectEventCounts(statements: Statements, bucket: ListedBucket): Promise<EventCounts[]> {
  return statements.query<EventCounts>(
    bucket,
    `select destination, sum(accepted)::bigint as accepted, sum(delivered)::bigint as delivered,
       sum(failed)::bigint as failed, sum(pending)::bigint as pending, max(problem) as problem
     from (
       select destination, count(*) as accepted, count(*) filter (where state = 'delivered') as delivered,
         count(*) filter (where state = 'failed') as failed, count(*) filter (where state = 'pending') as pending,
         (array_agg(problem order by id desc) filter (where problem is not null))[1] as problem
       from object_events where account = :account and region = :region and bucket = :bucket group by destination
       union all
       select destination, delivered, delivered, 0, 0, null from object_event_totals
       where account = :account and region = :region and bucket = :bucket
     ) as parts group by destination order by destination`,
    { bucket: bucket.name },
  );
}

/** Gives what failed another round. @returns how many */
export async function retryFailed(statements: Statements, bucket: ListedBucket): Promise<number> {
  const rows = await statements.query(
    bucket,
    `update object_events set state = 'pending', attempts = 0, due_at = now(), ended_at = null
     where account = :account and region = :region and bucket = :bucket and state = 'failed' returning id`,
    { bucket: bucket.name },
  );
  return rows.length;
}
