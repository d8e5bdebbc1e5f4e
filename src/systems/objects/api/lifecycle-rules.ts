import type { LifecycleRule as WireRule } from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Received } from '../../../wire/operation.ts';
import { checkMidnight, type LifecycleFilter, type LifecycleRule } from '../lifecycle/rules.ts';
import { printTags, readTagSet } from './tag-set.ts';

type Rule = Received<WireRule>;

/**
 * Reads a rule as a client puts it; one without an id gets the one that is given.
 *
 * @throws LoamError `batch-invalid`; `not-implemented` for transitions
 */
export function readLifecycleRule(rule: Rule, newId: () => string): LifecycleRule {
  if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled') throw malformed('The Status is Enabled or Disabled.');
  if ((rule.Prefix === undefined) === (rule.Filter === undefined)) {
    throw malformed('A rule has a Filter, or in its old form a Prefix, and not both.');
  }
  refuseTransitions(rule);
  const expiration = readExpiration(rule.Expiration);
  const noncurrent = rule.NoncurrentVersionExpiration;
  const abort = rule.AbortIncompleteMultipartUpload;
  return {
    id: rule.ID ?? newId(),
    enabled: rule.Status === 'Enabled',
    filter: rule.Filter ? readFilter(rule.Filter) : { prefix: rule.Prefix ?? '', tags: [] },
    oldForm: rule.Filter === undefined,
    ...(expiration && { expiration }),
    ...(noncurrent && {
      noncurrent: {
        days: noncurrent.NoncurrentDays ?? 0,
        ...(noncurrent.NewerNoncurrentVersions !== undefined && { keep: noncurrent.NewerNoncurrentVersions }),
      },
    }),
    ...(abort && { abortUploadsAfterDays: abort.DaysAfterInitiation ?? 0 }),
  };
}

/** A wrong date is told before that transitions are not built at all. */
function refuseTransitions({ Transitions = [], NoncurrentVersionTransitions = [] }: Rule): void {
  for (const { Date: date } of Transitions) if (date) checkMidnight(date.toISOString());
  if (Transitions.length + NoncurrentVersionTransitions.length === 0) return;
  throw new LoamError('not-implemented', { feature: 'The transition of objects to another storage class' });
}

function readExpiration(expiration: Rule['Expiration']): LifecycleRule['expiration'] {
  if (!expiration) return undefined;
  const { Days, Date: date, ExpiredObjectDeleteMarker: expiredMarkers } = expiration;
  const given = [Days, date, expiredMarkers].filter((one) => one !== undefined);
  if (given.length !== 1) throw malformed('An Expiration has one of Days, Date and ExpiredObjectDeleteMarker.');
  if (Days !== undefined) return { days: Days };
  return date === undefined ? { expiredMarkers: expiredMarkers === true } : { date: date.toISOString() };
}

function readFilter(filter: NonNullable<Rule['Filter']>): LifecycleFilter {
  const given = Object.values(filter).filter((one) => one !== undefined);
  if (given.length > 1) throw malformed('A Filter has one condition; several stand together in And.');
  const { Prefix, Tag, ObjectSizeGreaterThan, ObjectSizeLessThan, And } = filter;
  const sizes = And ?? { ObjectSizeGreaterThan, ObjectSizeLessThan };
  return {
    prefix: And?.Prefix ?? Prefix ?? '',
    tags: readTagSet({ TagSet: And?.Tags ?? (Tag ? [Tag] : []) }),
    ...(sizes.ObjectSizeGreaterThan !== undefined && { greaterThan: sizes.ObjectSizeGreaterThan }),
    ...(sizes.ObjectSizeLessThan !== undefined && { lessThan: sizes.ObjectSizeLessThan }),
  };
}

/** A rule as S3 gives it back. */
export function printLifecycleRule(rule: LifecycleRule) {
  const { id, enabled, filter, oldForm, expiration, noncurrent, abortUploadsAfterDays } = rule;
  return {
    ID: id,
    Status: enabled ? ('Enabled' as const) : ('Disabled' as const),
    ...(oldForm ? { Prefix: filter.prefix } : { Filter: printFilter(filter) }),
    ...(expiration && { Expiration: printExpiration(expiration) }),
    ...(noncurrent && {
      NoncurrentVersionExpiration: { NoncurrentDays: noncurrent.days, NewerNoncurrentVersions: noncurrent.keep },
    }),
    ...(abortUploadsAfterDays !== undefined && {
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortUploadsAfterDays },
    }),
  };
}

function printExpiration(expiration: NonNullable<LifecycleRule['expiration']>) {
  if ('days' in expiration) return { Days: expiration.days };
  if ('date' in expiration) return { Date: new Date(expiration.date) };
  return { ExpiredObjectDeleteMarker: expiration.expiredMarkers };
}

function printFilter({ prefix, tags, greaterThan, lessThan }: LifecycleFilter) {
  const sizes = {
    ...(greaterThan !== undefined && { ObjectSizeGreaterThan: greaterThan }),
    ...(lessThan !== undefined && { ObjectSizeLessThan: lessThan }),
  };
  const conditions = (prefix === '' ? 0 : 1) + tags.length + Object.keys(sizes).length;
  if (conditions > 1) {
    return {
      And: { ...(prefix !== '' && { Prefix: prefix }), ...(tags.length > 0 && { Tags: printTags(tags) }), ...sizes },
    };
  }
  const [tag] = printTags(tags);
  if (tag) return { Tag: tag };
  return Object.keys(sizes).length > 0 ? sizes : { Prefix: prefix };
}

function malformed(problem: string): LoamError {
  return new LoamError('batch-invalid', { problem });
}
