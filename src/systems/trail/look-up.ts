import type { Event, LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import type { Audit, FoundRecord } from '../../access/audit/audit.ts';
import { resourceNamesOf } from '../../access/audit/resource-type.ts';
import type { Clock } from '../../core/clock.ts';
import { LoamError } from '../../core/errors.ts';
import type { PageTokens } from '../../core/paging.ts';
import type { Scope } from '../../core/scope.ts';
import type { Received, Sent } from '../../wire/operation.ts';
import { trailEventOf } from './event.ts';

export interface TrailContext {
  readonly audit: Pick<Audit, 'lookUp'>;
  readonly pageTokens: PageTokens;
  readonly clock: Clock;
}

type Input = Received<LookupEventsCommandInput>;

const MOST = 50;
const DAYS_MS = 90 * 86_400_000;

/**
 * A page of the events of the last 90 days, the newest first.
 *
 * @throws LoamError `parameter-invalid`, `next-token-invalid`
 */
export async function lookUpEvents(
  { audit, pageTokens, clock }: TrailContext,
  scope: Scope,
  input: Input,
): Promise<{ events: Sent<Event>[]; nextToken?: string }> {
  const { from, to } = rangeOf(input, clock.now());
  const [attribute] = input.LookupAttributes ?? [];
  const value =
    attribute?.AttributeKey === 'ReadOnly' ? booleanOf(attribute.AttributeValue) : attribute?.AttributeValue;
  const asked = [input.StartTime, input.EndTime, attribute?.AttributeKey, value].map((part) => String(part?.valueOf()));
  const context = ['LookupEvents', scope.account, scope.region, ...asked].join('|');
  const limit = Math.min(input.MaxResults ?? MOST, MOST);
  const before = input.NextToken === undefined ? undefined : readPosition(pageTokens.open(context, input.NextToken));
  const filter = { from, to, column: attribute?.AttributeKey, value, before, limit: limit + 1 };
  const found = await audit.lookUp(scope, filter);
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  const events = page.map(describe);
  return last ? { events, nextToken: pageTokens.seal(context, writePosition(last)) } : { events };
}

function rangeOf({ StartTime, EndTime }: Input, now: number): { from: Date; to: Date } {
  if (StartTime && EndTime && StartTime > EndTime) {
    throw new LoamError('time-range-invalid', {});
  }
  return { from: new Date(Math.max(StartTime?.getTime() ?? 0, now - DAYS_MS)), to: EndTime ?? new Date(now + 1_000) };
}

function booleanOf(value: string): string {
  if (/^(true|false)$/i.test(value)) return value.toLowerCase();
  throw new LoamError('lookup-attributes-invalid', {});
}

function describe({ record }: FoundRecord): Sent<Event> {
  const { caller, eventId, operation, readOnly, at, eventSource, resources } = record;
  const username = caller?.userName ?? caller?.arn.split('/').at(-1);
  return {
    ...{ EventId: eventId, EventName: operation, ReadOnly: String(readOnly), EventTime: new Date(at) },
    EventSource: eventSource,
    AccessKeyId: caller?.accessKeyId,
    Username: username,
    Resources: resources.map(({ arn, type }) => ({ ResourceType: type, ResourceName: resourceNamesOf(arn).at(-1) })),
    CloudTrailEvent: JSON.stringify(trailEventOf(record)),
  };
}

function writePosition({ position: { at, chain, sequence } }: FoundRecord): string {
  return `${at.getTime()} ${chain} ${sequence}`;
}

function readPosition(text: string): { at: Date; chain: string; sequence: number } {
  const [at, chain = '', sequence] = text.split(' ');
  return { at: new Date(Number(at)), chain, sequence: Number(sequence) };
}
