import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { Secret } from '../secret.ts';

const COLUMNS = `account, region, name, suffix, description, kms_key as "kmsKey", tags, policy, created_at as "createdAt",
  changed_at as "changedAt", accessed_at as "accessedAt", deleted_at as "deletedAt", delete_after as "deleteAfter"`;

const ONE = 'account = :account and region = :region and name = :name';

/** @returns false when the name is taken */
export async function insertSecret(statements: Statements, { account, region, ...secret }: Secret): Promise<boolean> {
  const rows = await statements.query(
    { account, region },
    `insert into secrets (account, region, name, suffix, description, kms_key, tags, policy, created_at, changed_at)
     values (:account, :region, :name, :suffix, :description, :kmsKey, :tags::jsonb, :policy, :createdAt, :changedAt)
     on conflict do nothing returning name`,
    secret,
  );
  return rows.length > 0;
}

export async function selectSecret(
  statements: Statements,
  scope: Scope,
  name: string,
  { forUpdate = false }: { forUpdate?: boolean } = {},
): Promise<Secret | undefined> {
  const text = `select ${COLUMNS} from secrets where ${ONE}${forUpdate ? ' for update' : ''}`;
  const [secret] = await statements.query<Secret>(scope, text, { name });
  return secret;
}

/** What may change; undefined leaves it. */
export type SecretChange = Partial<
  Pick<Secret, 'description' | 'kmsKey' | 'tags' | 'policy' | 'changedAt' | 'deletedAt' | 'deleteAfter'>
>;

export async function updateSecret(
  statements: Statements,
  { account, region, name }: Pick<Secret, 'account' | 'region' | 'name'>,
  change: SecretChange,
): Promise<void> {
  await statements.query(
    { account, region },
    `update secrets set description = coalesce(:description, description), kms_key = coalesce(:kmsKey, kms_key),
       tags = coalesce(:tags::jsonb, tags), changed_at = coalesce(:changedAt::timestamptz, changed_at),
       policy = case when :setsPolicy then :policy else policy end,
       deleted_at = case when :setsDeletion then :deletedAt::timestamptz else deleted_at end,
       delete_after = case when :setsDeletion then :deleteAfter::timestamptz else delete_after end
     where ${ONE}`,
    {
      name,
      description: change.description ?? null,
      kmsKey: change.kmsKey ?? null,
      tags: change.tags ?? null,
      changedAt: change.changedAt ?? null,
      setsPolicy: change.policy !== undefined,
      policy: change.policy ?? null,
      setsDeletion: change.deletedAt !== undefined,
      deletedAt: change.deletedAt ?? null,
      deleteAfter: change.deleteAfter ?? null,
    },
  );
}

export async function noteAccess(statements: Statements, scope: Scope, name: string, day: Date): Promise<void> {
  await statements.query(
    scope,
    `update secrets set accessed_at = :day where ${ONE} and accessed_at is distinct from :day::timestamptz`,
    { name, day },
  );
}

export async function deleteSecretRow(statements: Statements, scope: Scope, name: string): Promise<void> {
  await statements.query(scope, `delete from secrets where ${ONE}`, { name });
}

export interface SecretsPage {
  readonly ascending: boolean;
  /** The creation and the name after which the page begins; null for the first one. */
  readonly after: { readonly createdAt: Date; readonly name: string } | null;
  readonly includeDeleted: boolean;
  readonly limit: number;
}

export function selectSecrets(statements: Statements, scope: Scope, page: SecretsPage): Promise<Secret[]> {
  const { ascending, after, includeDeleted, limit } = page;
  const [compare, order] = ascending ? ['>', 'asc'] : ['<', 'desc'];
  return statements.query<Secret>(
    scope,
    `select ${COLUMNS} from secrets where account = :account and region = :region
       and (:afterTime::timestamptz is null or (created_at, name) ${compare} (:afterTime::timestamptz, :afterName))
       and (:includeDeleted or deleted_at is null)
     order by created_at ${order}, name ${order} limit :limit`,
    { afterTime: after?.createdAt ?? null, afterName: after?.name ?? '', includeDeleted, limit },
  );
}
