import { LoamError } from '../../../core/errors.ts';

/** Who is told of which changes in a bucket. */
export interface NotificationRule {
  readonly id: string;
  readonly kind: 'queue' | 'topic' | 'function';
  /** The ARN of the destination, which the operator maps to an address. */
  readonly destination: string;
  /** Without `s3:`; `ObjectCreated:*` is any of a group. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

/** Another part of Loam that is told of changes in a bucket, such as a knowledge base that syncs on change. */
export interface Watcher {
  /** Of which part: `knowledge`. */
  readonly part: string;
  /** Its own name for what watches. */
  readonly id: string;
  readonly prefix: string;
}

/** What happens here; nothing else is ever told, so nothing else can be asked for. */
export const EVENT_NAMES = [
  'ObjectCreated:Put',
  'ObjectCreated:Post',
  'ObjectCreated:Copy',
  'ObjectCreated:CompleteMultipartUpload',
  'ObjectRemoved:Delete',
  'ObjectRemoved:DeleteMarkerCreated',
  'LifecycleExpiration:Delete',
  'LifecycleExpiration:DeleteMarkerCreated',
  'ObjectTagging:Put',
  'ObjectTagging:Delete',
] as const;

export type EventName = (typeof EVENT_NAMES)[number];

const MOST_RULES = 100;
const DESTINATION = /^arn:aws[a-z-]*:(sqs|sns|lambda):[a-z0-9-]*:\d{12}:.{1,256}$/;

/** @throws LoamError `parameter-invalid`, `not-implemented` */
export function checkNotifications(rules: readonly NotificationRule[]): void {
  if (rules.length > MOST_RULES) throw wrong('NotificationConfiguration', 'has too many members', `${MOST_RULES}`);
  const ids = new Set(rules.map(({ id }) => id));
  if (ids.size < rules.length) throw wrong('Id', 'is that of another configuration', 'ids that differ');
  for (const { destination, events } of rules) {
    if (!DESTINATION.test(destination))
      throw wrong('The ARN', 'is not well formed', 'the ARN of a queue, a topic or a function');
    if (events.length === 0) throw wrong('Event', 'is missing', 'at least one event');
    for (const event of events) checkEvent(event);
  }
}

function checkEvent(event: string): void {
  const names: readonly string[] = EVENT_NAMES;
  const known = names.some((name) => name === event || `${name.split(':')[0]}:*` === event);
  if (!known) throw new LoamError('not-implemented', { feature: `The event s3:${event}` });
}

/** Whether a rule is about this change. */
export function isToldOf({ events, prefix, suffix }: NotificationRule, name: EventName, key: string): boolean {
  const group = `${name.split(':')[0]}:*`;
  return events.some((event) => event === name || event === group) && key.startsWith(prefix) && key.endsWith(suffix);
}

function wrong(parameter: string, problem: string, allowed: string): LoamError {
  return new LoamError('parameter-invalid', { parameter, problem, allowed });
}
