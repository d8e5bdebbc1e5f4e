import type { ConditionKeys } from '../../access/policy/contract.ts';
import type { EncryptionContext } from '../../storage/keys/data-keys.ts';

/** The condition keys of an encryption context. */
export function contextKeys(context: EncryptionContext | undefined): ConditionKeys {
  const pairs = Object.entries(context ?? {});
  if (pairs.length === 0) return {};
  return {
    'kms:EncryptionContextKeys': pairs.map(([name]) => name),
    ...Object.fromEntries(pairs.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
  };
}
