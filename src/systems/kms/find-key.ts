import { parseArn } from '../../core/arn.ts';
import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { Statements } from '../../storage/database/contract.ts';
import { aliasArn, type Key, keyArn } from './key.ts';
import { selectAlias } from './tables/aliases.ts';
import { selectDestroyed } from './tables/destroyed-keys.ts';
import { selectKey } from './tables/keys.ts';

/** A key as a caller names it: by id or ARN, or through an alias. */
export type KeyName =
  | { readonly scope: Scope; readonly keyId: string }
  | { readonly scope: Scope; readonly alias: string };

const KEY_ID = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const ALIAS = /^alias\/[a-zA-Z0-9/_-]{1,250}$/;

/**
 * Reads an id, an ARN, an alias or an alias ARN. Keys are found in the region of the call alone.
 *
 * @returns undefined for anything else
 */
export function readKeyName(scope: Scope, text: string): KeyName | undefined {
  const arn = parseArn(text);
  const inScope = arn ? { account: arn.account, region: arn.region } : scope;
  if (arn && (arn.service !== 'kms' || arn.region !== scope.region)) return undefined;
  const name = arn ? arn.resource : text;
  if (ALIAS.test(name)) return { scope: inScope, alias: name };
  const keyId = arn ? /^key\/(.*)$/.exec(name)?.[1] : name;
  return keyId !== undefined && KEY_ID.test(keyId) ? { scope: inScope, keyId } : undefined;
}

/** What policies are asked about: the key's ARN, or that of the alias where only the database knows the key. */
export function namedArn(scope: Scope, text: string): string {
  const name = readKeyName(scope, text);
  if (!name) return text;
  return 'alias' in name ? aliasArn(name.scope, name.alias) : keyArn({ ...name.scope, keyId: name.keyId });
}

/** @throws LoamError `kms-key-not-found`, `kms-key-destroyed` */
export async function findKey(statements: Statements, scope: Scope, text: string): Promise<Key> {
  const name = readKeyName(scope, text);
  if (!name) throw new LoamError('kms-key-not-found', { problem: `Invalid keyId ${JSON.stringify(text)}` });
  const keyId = 'alias' in name ? (await selectAlias(statements, name.scope, name.alias))?.keyId : name.keyId;
  if (keyId === undefined) {
    throw new LoamError('kms-key-not-found', { problem: `Alias ${namedArn(scope, text)} is not found` });
  }
  const key = await selectKey(statements, name.scope, keyId);
  if (key) return key;
  const arn = keyArn({ ...name.scope, keyId });
  const destroyedAt = await selectDestroyed(statements, arn);
  if (destroyedAt) throw new LoamError('kms-key-destroyed', { keyArn: arn, destroyedAt: destroyedAt.toISOString() });
  throw new LoamError('kms-key-not-found', { problem: `Key '${arn}' does not exist` });
}

/** A key that may not be named by an alias, as where it is changed. @throws LoamError `kms-key-not-found`, `kms-arn-invalid` */
export async function findKeyItself(statements: Statements, scope: Scope, text: string): Promise<Key> {
  const name = readKeyName(scope, text);
  if (name && !('alias' in name)) return findKey(statements, scope, text);
  if (text.startsWith('arn:')) throw new LoamError('kms-arn-invalid', { arn: text });
  throw new LoamError('kms-key-not-found', { problem: `Invalid keyId ${JSON.stringify(text)}` });
}
