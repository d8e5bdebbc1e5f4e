import type { ConditionKeys } from './policy/contract.ts';

/** The condition keys of the tags that a request sets, `aws:RequestTag/…` and `aws:TagKeys`. */
export function requestTagKeys(tags: Readonly<Record<string, string>> | undefined): ConditionKeys {
  if (!tags || Object.keys(tags).length === 0) return {};
  const keys = Object.fromEntries(Object.entries(tags).map(([tag, value]) => [`aws:RequestTag/${tag}`, value]));
  return { ...keys, 'aws:TagKeys': Object.keys(tags) };
}

/** The condition keys of the tags that a resource has, `aws:ResourceTag/…`. */
export function resourceTagKeys(tags: Readonly<Record<string, string>>): ConditionKeys {
  return Object.fromEntries(Object.entries(tags).map(([tag, value]) => [`aws:ResourceTag/${tag}`, value]));
}
