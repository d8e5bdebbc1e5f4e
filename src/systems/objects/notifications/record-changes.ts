import type { Statements } from '../../../storage/database/contract.ts';
import type { Bucket, ObjectSystem } from '../object.ts';
import { insertEvents, type NewEvent } from '../tables/events.ts';
import { type EventName, isToldOf } from './configuration.ts';
import { eventRecord } from './event-record.ts';

/** Who caused a change, as events tell it. */
export interface ChangeCause {
  /** The id of the principal; of the service itself, `Amazon S3`. */
  readonly principalId: string;
  readonly requestId: string;
}

/** A change of an object, or of a version of it. */
export interface ObjectChange {
  readonly name: EventName;
  readonly key: string;
  /** None where the bucket never kept versions. */
  readonly versionId: string | undefined;
  /** Of what was created. */
  readonly size?: number;
  readonly etag?: string;
  readonly cause: ChangeCause | undefined;
}

/** Whether anybody is to be told of what happens in a bucket. What is asked of every write, so it costs nothing. */
export function isObserved({ settings }: Bucket): boolean {
  return settings.notification !== undefined || settings.watchers !== undefined;
}

/** Writes down whom to tell, in the transaction of the changes: they are told of exactly what was committed. */
export async function recordChanges(
  { clock }: ObjectSystem,
  transaction: Statements,
  bucket: Bucket,
  changes: readonly ObjectChange[],
): Promise<void> {
  const at = new Date(clock.now());
  const events = changes.flatMap((change) => eventsOf(bucket, change, at));
  if (events.length > 0) await insertEvents(transaction, bucket, events);
}

function eventsOf(bucket: Bucket, change: ObjectChange, at: Date): NewEvent[] {
  const { notification, watchers } = bucket.settings;
  const rules = (notification?.rules ?? []).filter((rule) => isToldOf(rule, change.name, change.key));
  const parts = (watchers?.watchers ?? []).filter(({ prefix }) => change.key.startsWith(prefix));
  return [
    ...rules.map(({ id, destination }) => ({ destination, event: eventRecord(bucket, change, { id, at }) })),
    ...parts.map(({ part, id }) => ({
      destination: `loam:${part}/${id}`,
      event: eventRecord(bucket, change, { id, at }),
    })),
  ];
}
