import { isLoamError } from '../../../core/errors.ts';
import type { Log } from '../../../core/log.ts';
import type { ObjectSystem } from '../object.ts';
import {
  type ClaimedEvent,
  claimEvents,
  markDelivered,
  markFailed,
  postpone,
  sweepDelivered,
} from '../tables/events.ts';
import type { EventRecord } from './event-record.ts';

/** What delivery stands on: addresses of destinations, the guarded way out, and other parts of Loam. */
export interface Deliveries {
  /** From ARNs of destinations to addresses. */
  readonly targets: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
  /** By part; a watcher of a part that is not here waits. */
  readonly parts: ReadonlyMap<string, (watcherId: string, event: EventRecord) => Promise<void>>;
  readonly log: Log;
  /** Breaks off what is under way; it is delivered later. */
  readonly signal: AbortSignal;
}

const CLAIM = 50;
const AT_ONCE = 8;
const WEBHOOK_MS = 10_000;
const LEASE_SECONDS = 60;
const MOST_ATTEMPTS = 12;
const FIRST_PAUSE_SECONDS = 1;
const LONGEST_PAUSE_SECONDS = 600;
const KEPT_SECONDS = 3_600;

/**
 * Tells everybody what is due: at least once, with growing pauses after a failure, up to twelve times; then the event is set
 * aside as failed and stays visible. Replicas share the work: each claims what the others have not.
 */
export async function deliverEvents(system: ObjectSystem, deliveries: Deliveries): Promise<void> {
  while (!deliveries.signal.aborted) {
    const claimed = await claimEvents(system.database, { limit: CLAIM, leaseSeconds: LEASE_SECONDS });
    const queue = [...claimed];
    const workers = Array.from({ length: AT_ONCE }, async () => {
      for (let event = queue.shift(); event; event = queue.shift()) await deliverOne(system, deliveries, event);
    });
    await Promise.all(workers);
    // Now and then, while there is work: each claim is a good occasion.
    if (claimed.length > 0) await sweepDelivered(system.database, KEPT_SECONDS);
    if (claimed.length < CLAIM) break;
  }
}

async function deliverOne({ database }: ObjectSystem, deliveries: Deliveries, event: ClaimedEvent): Promise<void> {
  const problem = await attempt(deliveries, event);
  if (problem === undefined) {
    await markDelivered(database, event);
    return;
  }
  if (event.attempts < MOST_ATTEMPTS || deliveries.signal.aborted) {
    const pauseSeconds = Math.min(FIRST_PAUSE_SECONDS * 2 ** (event.attempts - 1), LONGEST_PAUSE_SECONDS);
    await postpone(database, event, { problem, pauseSeconds });
    return;
  }
  deliveries.log.warn({ destination: event.destination, problem }, 'an event could not be delivered');
  await markFailed(database, event, problem);
}

/** @returns what went wrong, in a sentence */
async function attempt(deliveries: Deliveries, event: ClaimedEvent): Promise<string | undefined> {
  try {
    const watcher = /^loam:([^/]+)\/(.+)$/.exec(event.destination);
    if (watcher) return await tellPart(deliveries, { part: watcher[1] ?? '', id: watcher[2] ?? '' }, event);
    return await tellWebhook(deliveries, event);
  } catch (error) {
    return isLoamError(error) || error instanceof Error ? error.message : 'The delivery failed.';
  }
}

async function tellPart(
  { parts }: Deliveries,
  { part, id }: { part: string; id: string },
  { event }: ClaimedEvent,
): Promise<string | undefined> {
  const tell = parts.get(part);
  if (!tell) return `No part called ${part} listens.`;
  await tell(id, event as EventRecord);
  return undefined;
}

async function tellWebhook(
  { targets, fetch, signal }: Deliveries,
  { destination, event }: ClaimedEvent,
): Promise<string | undefined> {
  const address = targets[destination];
  if (address === undefined) return `No address is configured for ${destination} (setting notificationTargets).`;
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-loam-destination': destination },
    body: JSON.stringify('Event' in event ? event : { Records: [event] }),
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(WEBHOOK_MS)]),
  });
  await response.body?.cancel();
  return response.ok ? undefined : `The webhook answered ${response.status}.`;
}
