import { expiryOf } from '../lifecycle/rules.ts';
import type { Bucket, NewObject } from '../object.ts';

/** The header that says when an object expires, and by which rule; nothing where no rule is about it. */
export function printExpiration(
  { settings }: Pick<Bucket, 'settings'>,
  object: Pick<NewObject, 'key' | 'size' | 'tags' | 'modifiedAt'>,
): { Expiration?: string } {
  const { rules } = settings.lifecycle ?? {};
  const expiry = rules && expiryOf(rules, object);
  if (!expiry) return {};
  return { Expiration: `expiry-date="${expiry.at.toUTCString()}", rule-id="${encodeURIComponent(expiry.rule)}"` };
}
