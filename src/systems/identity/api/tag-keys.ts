import type { ConditionKeys } from '../../../access/policy/contract.ts';
import type { WireTag } from '../entities/tags.ts';

/** The condition keys of tags that a request carries: `aws:RequestTag/team`, `aws:TagKeys`. */
export function tagKeys(tags: readonly WireTag[] | undefined): ConditionKeys {
  if (tags === undefined || tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    'aws:TagKeys': tags.map(({ Key }) => Key),
  };
}
