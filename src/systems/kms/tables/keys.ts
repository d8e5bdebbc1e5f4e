import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { Key, KeyState } from '../key.ts';

const COLUMNS = `account, region, key_id as "keyId", description, usage, spec, state, managed_for as "managedFor", policy, tags,
  created_at as "createdAt", version, rotation_days as "rotationDays", rotates_at as "rotatesAt",
  deletion_at as "deletionAt"`;

const ONE = 'account = :account and region = :region and key_id = :keyId';

export async function insertKey(statements: Statements, { account, region, ...key }: Key): Promise<void> {
  await statements.query(
    { account, region },
    `insert into kms_keys (account, region, key_id, description, usage, spec, state, managed_for, policy, tags, created_at,
       version)
     values (:account, :region, :keyId, :description, :usage, :spec, :state, :managedFor, :policy, :tags::jsonb, :createdAt,
       :version)`,
    key,
  );
}

export async function selectKey(statements: Statements, scope: Scope, keyId: string): Promise<Key | undefined> {
  const [key] = await statements.query<Key>(scope, `select ${COLUMNS} from kms_keys where ${ONE}`, { keyId });
  return key;
}

/** In the order of their ids, those after one. */
export function selectKeys(
  statements: Statements,
  scope: Scope,
  page: { after: string; limit: number },
): Promise<{ keyId: string }[]> {
  return statements.query(
    scope,
    `select key_id as "keyId" from kms_keys
     where account = :account and region = :region and key_id > :after order by key_id limit :limit`,
    page,
  );
}

/** What may change of a key; null and undefined differ: undefined leaves it. */
export type KeyChange = Partial<
  Pick<Key, 'description' | 'state' | 'policy' | 'tags' | 'version' | 'rotationDays' | 'rotatesAt' | 'deletionAt'>
>;

/**
 * Changes a key that is in one of these states.
 *
 * @returns undefined when there is none, or it is in another state
 */
export async function updateKey(
  statements: Statements,
  key: Pick<Key, 'account' | 'region' | 'keyId'>,
  states: readonly KeyState[],
  change: KeyChange,
): Promise<Key | undefined> {
  const [changed] = await statements.query<Key>(
    key,
    `update kms_keys set
       description = coalesce(:description, description), state = coalesce(:state, state),
       policy = coalesce(:policy, policy), tags = coalesce(:tags::jsonb, tags),
       version = coalesce(:version::integer, version),
       rotation_days = case when :setsRotation then :rotationDays::integer else rotation_days end,
       rotates_at = case when :setsRotation then :rotatesAt::timestamptz else rotates_at end,
       deletion_at = case when :setsDeletion then :deletionAt::timestamptz else deletion_at end
     where ${ONE} and state = any(:states::text[]) returning ${COLUMNS}`,
    {
      keyId: key.keyId,
      states,
      description: change.description ?? null,
      state: change.state ?? null,
      policy: change.policy ?? null,
      tags: change.tags ?? null,
      version: change.version ?? null,
      setsRotation: change.rotatesAt !== undefined,
      rotationDays: change.rotationDays ?? null,
      rotatesAt: change.rotatesAt ?? null,
      setsDeletion: change.deletionAt !== undefined,
      deletionAt: change.deletionAt ?? null,
    },
  );
  return changed;
}
