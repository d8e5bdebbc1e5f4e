import type { Statements } from '../../../storage/database/contract.ts';
import type { Key } from '../key.ts';

// All accounts at once: whose time has come is asked by the clock, not by a caller.

/** A key whose time has come. */
export type DueKey = Pick<Key, 'account' | 'region' | 'keyId' | 'version'>;

export function selectKeysToDestroy(statements: Statements, now: Date, limit: number): Promise<DueKey[]> {
  return statements.system(
    `select account, region, key_id as "keyId", version from kms_keys
     where state = 'PendingDeletion' and deletion_at <= :now order by deletion_at limit :limit`,
    { now, limit },
  );
}

export function selectKeysToRotate(statements: Statements, now: Date, limit: number): Promise<DueKey[]> {
  return statements.system(
    `select account, region, key_id as "keyId", version from kms_keys
     where rotates_at <= :now and state = 'Enabled' order by rotates_at limit :limit`,
    { now, limit },
  );
}

/** Writes the table anew, without the rows that were deleted: PostgreSQL leaves their bytes in its file until then. */
export async function forgetDeletedMaterial(statements: Statements): Promise<void> {
  await statements.system('vacuum full kms_key_versions');
}
