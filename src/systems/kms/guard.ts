import type { Access, ConditionKeys, NamedPolicy, ResourceGuard } from '../../access/policy/contract.ts';
import { parsePolicy } from '../../access/policy/parse-policy.ts';
import type { Principal } from '../../access/principal.ts';
import { isLoamError, LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { KmsContext } from './context.ts';
import { findOrMake } from './data-keys.ts';
import { type Key, keyArn } from './key.ts';
import { selectAliases } from './tables/aliases.ts';
import { type Grant, selectGrants } from './tables/grants.ts';

const MOST_ALIASES = 100;
const MOST_GRANTS = 1_000;
// Here an alias is what is changed, not the name of a key.
const ALIAS_ACTIONS = new Set(['kms:CreateAlias', 'kms:DeleteAlias', 'kms:UpdateAlias']);

export interface KeyQuestion {
  readonly access: Access;
  readonly scope: Scope;
  readonly principal: Principal;
}

/**
 * What a key says of who may use it: its policy, which decides whether those of principals count, and its grants.
 *
 * @returns undefined for what names no key
 * @throws LoamError `kms-key-not-found`; `access-denied` where the key would be another account's
 */
export async function guardKey(context: KmsContext, question: KeyQuestion): Promise<ResourceGuard | undefined> {
  const { access, principal } = question;
  const { resource } = access;
  if (resource === '*') return undefined;
  if (resource.includes(':alias/') && ALIAS_ACTIONS.has(access.action)) return undefined;
  const key = await findForCaller(context, question);
  const aliases = await selectAliases(context.database, key, { keyId: key.keyId, after: '', limit: MOST_ALIASES });
  const grant = await findGrant(context, key, question);
  return {
    account: key.account,
    resource: keyArn(key),
    policy: policyOf(key),
    policyDecides: true,
    keys: keysOf(
      key,
      principal,
      aliases.map(({ name }) => name),
    ),
    ...(grant && { grant: `grant ${grant.grantId}` }),
  };
}

async function findForCaller(context: KmsContext, { access, scope, principal }: KeyQuestion): Promise<Key> {
  try {
    return await findOrMake(context, scope, access.resource);
  } catch (error) {
    const foreign = access.resource.startsWith('arn:') && !access.resource.includes(`:${principal.account}:`);
    // Nobody learns which keys another account has.
    const missing = isLoamError(error, 'kms-key-not-found') || isLoamError(error, 'kms-key-destroyed');
    if (!foreign || !missing) throw error;
    throw new LoamError('access-denied', { action: access.action, resource: access.resource }, { cause: error });
  }
}

function policyOf(key: Key): NamedPolicy {
  return { name: `key policy of ${keyArn(key)}`, policy: parsePolicy(key.policy, 'resource') };
}

function keysOf(key: Key, principal: Principal, aliases: readonly string[]): ConditionKeys {
  const tags = Object.entries(key.tags).map(([name, value]) => [`aws:ResourceTag/${name}`, value]);
  return {
    'kms:CallerAccount': principal.account,
    'kms:KeyOrigin': 'AWS_KMS',
    'kms:KeySpec': key.spec,
    'kms:CustomerMasterKeySpec': key.spec,
    'kms:KeyUsage': key.usage,
    'kms:CustomerMasterKeyUsage': key.usage,
    'kms:MultiRegion': 'false',
    'kms:ResourceAliases': aliases,
    ...Object.fromEntries(tags),
  };
}

/** A grant that lets the caller do this to the key. */
async function findGrant(
  { database }: KmsContext,
  key: Key,
  { access, principal }: KeyQuestion,
): Promise<Grant | undefined> {
  const page = { keyId: key.keyId, retiring: null, grantId: null, grantee: null, after: '', limit: MOST_GRANTS };
  const operation = access.action.replace(/^kms:/, '');
  const grants = await selectGrants(database, key, page);
  return grants.find((grant) => {
    if (operation === 'RetireGrant') return isPrincipal(principal, grant.retiring);
    return (
      isPrincipal(principal, grant.grantee) && grant.operations.includes(operation) && fits(grant, access.keys ?? {})
    );
  });
}

function isPrincipal({ arn, roleArn, type, account }: Principal, named: string | null): boolean {
  if (named === null) return false;
  return named === arn || named === roleArn || (type === 'root' && named === `arn:aws:iam::${account}:root`);
}

const CONTEXT_KEY = 'kms:EncryptionContext:';

function fits({ constraints }: Grant, keys: ConditionKeys): boolean {
  const context = Object.entries(keys).filter(([name]) => name.startsWith(CONTEXT_KEY));
  const given = new Map(context.map(([name, value]) => [name.slice(CONTEXT_KEY.length), value]));
  const { EncryptionContextSubset: subset, EncryptionContextEquals: equals } = constraints;
  const holds = (wanted: Readonly<Record<string, string>>): boolean =>
    Object.entries(wanted).every(([name, value]) => given.get(name) === value);
  if (subset && !holds(subset)) return false;
  return !equals || (holds(equals) && given.size === Object.keys(equals).length);
}
