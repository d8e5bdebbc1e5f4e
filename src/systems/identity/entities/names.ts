import { parseArn } from '../../../core/arn.ts';
import type { Ids } from '../../../core/ids.ts';

export type IdentityKind = 'user' | 'group' | 'role';
export type EntityKind = IdentityKind | 'policy' | 'instance-profile';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
const ID_PREFIXES: Readonly<Record<EntityKind, string>> = {
  user: 'AIDA',
  group: 'AGPA',
  role: 'AROA',
  policy: 'ANPA',
  'instance-profile': 'AIPA',
};
const UNIQUE_LENGTH = 17;

/** @example makeUniqueId(ids, 'user') // 'AIDA…', 21 characters */
export function makeUniqueId(ids: Ids, kind: EntityKind): string {
  return `${ID_PREFIXES[kind]}${ids.id(UNIQUE_LENGTH)}`;
}

/** @example entityArn('123456789012', 'role', '/team/', 'reader') // 'arn:aws:iam::123456789012:role/team/reader' */
export function entityArn(account: string, kind: EntityKind, path: string, name: string): string {
  return `arn:aws:iam::${account}:${kind}${path}${name}`;
}

/** The name at the end of an entity's ARN, when it is one of this account. */
export function nameOfArn(account: string, kind: EntityKind, text: string): { path: string; name: string } | undefined {
  const arn = parseArn(text);
  if (arn?.service !== 'iam' || arn.account !== account || !arn.resource.startsWith(`${kind}/`)) return undefined;
  const slash = arn.resource.lastIndexOf('/');
  return { path: arn.resource.slice(kind.length, slash + 1), name: arn.resource.slice(slash + 1) };
}

/** Names that differ in case alone are the same name. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}
