import type { Statements } from '../../../storage/database/contract.ts';

/** A key that was destroyed, or that will be: what a restored copy of the database must not bring back. */
export interface KeyTombstone {
  readonly account: string;
  readonly region: string;
  readonly keyId: string;
  /** When it will be destroyed; null when it is. */
  readonly deletionAt: Date | null;
}

type Asked = Pick<Statements, 'system'>;

/** Of all accounts: a backup holds the keys of all of them. */
export function selectKeyTombstones(statements: Asked): Promise<KeyTombstone[]> {
  return statements.system<KeyTombstone>(
    `select account, region, key_id as "keyId", null::timestamptz as "deletionAt" from kms_destroyed_keys
     union all
     select account, region, key_id, deletion_at from kms_keys where state = 'PendingDeletion'`,
  );
}

/** Which of these keys are there and are not going to be destroyed. */
export function selectLivingKeys(
  statements: Asked,
  keys: readonly Pick<KeyTombstone, 'account' | 'region' | 'keyId'>[],
): Promise<Pick<KeyTombstone, 'account' | 'region' | 'keyId'>[]> {
  return statements.system(
    `select account, region, key_id as "keyId" from kms_keys
     join unnest(:accounts::text[], :regions::text[], :ids::text[]) as asked (a, r, k)
       on account = a and region = r and key_id = k collate "C"
     where state <> 'PendingDeletion'`,
    columnsOf(keys),
  );
}

/** Destroys the keys that were destroyed, and schedules the deletion of those that were scheduled. */
export async function applyKeyTombstones(statements: Asked, tombstones: readonly KeyTombstone[]): Promise<void> {
  const destroyed = tombstones.filter(({ deletionAt }) => deletionAt === null);
  const pending = tombstones.filter(({ deletionAt }) => deletionAt !== null);
  await statements.system(
    `delete from kms_keys using unnest(:accounts::text[], :regions::text[], :ids::text[]) as gone (a, r, k)
     where account = a and region = r and key_id = k collate "C"`,
    columnsOf(destroyed),
  );
  await statements.system(
    `insert into kms_destroyed_keys (account, region, key_id, destroyed_at)
     select a, r, k, now() from unnest(:accounts::text[], :regions::text[], :ids::text[]) as gone (a, r, k)
     on conflict do nothing`,
    columnsOf(destroyed),
  );
  await statements.system(
    `update kms_keys set state = 'PendingDeletion', deletion_at = at
     from unnest(:accounts::text[], :regions::text[], :ids::text[], :times::timestamptz[]) as due (a, r, k, at)
     where account = a and region = r and key_id = k collate "C"`,
    { ...columnsOf(pending), times: pending.map(({ deletionAt }) => deletionAt) },
  );
}

function columnsOf(keys: readonly Pick<KeyTombstone, 'account' | 'region' | 'keyId'>[]) {
  return {
    accounts: keys.map(({ account }) => account),
    regions: keys.map(({ region }) => region),
    ids: keys.map(({ keyId }) => keyId),
  };
}
