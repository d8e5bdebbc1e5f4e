import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { Key } from '../key.ts';

export interface KeyVersion {
  readonly version: number;
  readonly reason: 'CREATED' | 'AUTOMATIC' | 'ON_DEMAND';
  readonly createdAt: Date;
}

export async function insertVersion(
  statements: Statements,
  key: Pick<Key, 'account' | 'region' | 'keyId'>,
  version: KeyVersion & { materialSealed: Uint8Array },
): Promise<void> {
  await statements.query(
    key,
    `insert into kms_key_versions (account, region, key_id, version, material_sealed, reason, created_at)
     values (:account, :region, :keyId, :version, :materialSealed::bytea, :reason, :createdAt)`,
    { ...version, keyId: key.keyId },
  );
}

export async function selectMaterial(
  statements: Statements,
  scope: Scope,
  name: { keyId: string; version: number },
): Promise<Buffer | undefined> {
  const [row] = await statements.query<{ sealed: Buffer }>(
    scope,
    `select material_sealed as sealed from kms_key_versions
     where account = :account and region = :region and key_id = :keyId and version = :version`,
    name,
  );
  return row?.sealed;
}

/** The versions after the first: each came by a rotation. */
export function selectRotations(
  statements: Statements,
  scope: Scope,
  page: { keyId: string; after: number; limit: number },
): Promise<KeyVersion[]> {
  return statements.query(
    scope,
    `select version, reason, created_at as "createdAt" from kms_key_versions
     where account = :account and region = :region and key_id = :keyId and version > :after order by version limit :limit`,
    page,
  );
}

/** Deletes a key whose time has come, with its material, aliases and grants, and leaves a mark that it is gone. */
export async function destroyKey(
  transaction: Statements,
  key: Pick<Key, 'account' | 'region' | 'keyId'>,
  now: Date,
): Promise<boolean> {
  const gone = await transaction.query(
    key,
    `delete from kms_keys where account = :account and region = :region and key_id = :keyId
       and state = 'PendingDeletion' and deletion_at <= :now returning key_id`,
    { keyId: key.keyId, now },
  );
  if (gone.length === 0) return false;
  await transaction.query(
    key,
    `insert into kms_destroyed_keys (account, region, key_id, destroyed_at)
     values (:account, :region, :keyId, :now) on conflict do nothing`,
    { keyId: key.keyId, now },
  );
  return true;
}
