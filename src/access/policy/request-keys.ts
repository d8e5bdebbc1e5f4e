import type { Principal } from '../principal.ts';
import type { AccessQuestion, ConditionKeys } from './contract.ts';

/** The condition keys of one request, by name in lower case. */
export interface RequestKeys {
  /** Undefined when the request has no such key. */
  get(name: string): readonly string[] | undefined;
}

const TYPES: Readonly<Record<Principal['type'], string>> = {
  root: 'Account',
  user: 'User',
  role: 'AssumedRole',
  console: 'AssumedRole',
  anonymous: 'Anonymous',
};

/**
 * Every key that a question has, gathered when the first is asked for: many calls are decided without one. What the
 * resource and the principal say of themselves wins over what the request claims.
 */
export function requestKeys({ keys, access, guard, principal }: AccessQuestion): RequestKeys {
  let gathered: Map<string, readonly string[]> | undefined;
  const gather = (): Map<string, readonly string[]> => {
    const all = new Map<string, readonly string[]>();
    for (const source of [access.keys, keys, guard?.keys, principalKeys(principal)]) addKeys(all, source);
    return all;
  };
  return {
    get(name) {
      gathered ??= gather();
      return gathered.get(name);
    },
  };
}

function addKeys(all: Map<string, readonly string[]>, source: ConditionKeys | undefined): void {
  for (const name in source) {
    const value = source[name];
    if (value !== undefined) all.set(name.toLowerCase(), typeof value === 'string' ? [value] : value);
  }
}

/** The keys that who calls gives to every request (IAM User Guide, "AWS global condition context keys"). */
export function principalKeys(principal: Principal): ConditionKeys {
  const { type, account, sessionKeys, federated } = principal;
  const isAnonymous = type === 'anonymous';
  const isTemporary = type === 'role' || sessionKeys?.['aws:TokenIssueTime'] !== undefined;
  const keys: Record<string, string> = {
    'aws:ViaAWSService': 'false',
    'aws:PrincipalIsAWSService': 'false',
    ...(isTemporary && { 'aws:MultiFactorAuthPresent': 'false' }),
    ...sessionKeys,
    ...federated,
    'aws:PrincipalType': TYPES[type],
    'aws:PrincipalAccount': isAnonymous ? 'anonymous' : account,
    'aws:userid': isAnonymous ? 'anonymous' : principal.id,
  };
  if (!isAnonymous) keys['aws:PrincipalArn'] = principal.roleArn ?? principal.arn;
  if (principal.userName !== undefined) keys['aws:username'] = principal.userName;
  for (const [tag, value] of Object.entries(principal.tags ?? {})) keys[`aws:PrincipalTag/${tag}`] = value;
  return keys;
}
