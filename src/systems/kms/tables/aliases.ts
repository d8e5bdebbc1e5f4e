import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';

export interface Alias {
  /** With its `alias/`. */
  readonly name: string;
  readonly keyId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = 'name, key_id as "keyId", created_at as "createdAt", updated_at as "updatedAt"';

/** @returns false when the name is taken */
export async function insertAlias(statements: Statements, scope: Scope, alias: Alias): Promise<boolean> {
  const rows = await statements.query(
    scope,
    `insert into kms_aliases (account, region, name, key_id, created_at, updated_at)
     values (:account, :region, :name, :keyId, :createdAt, :updatedAt) on conflict do nothing returning name`,
    alias,
  );
  return rows.length > 0;
}

export async function selectAlias(statements: Statements, scope: Scope, name: string): Promise<Alias | undefined> {
  const [alias] = await statements.query<Alias>(
    scope,
    `select ${COLUMNS} from kms_aliases where account = :account and region = :region and name = :name`,
    { name },
  );
  return alias;
}

/** In the order of their names; of one key, where one is given. */
export function selectAliases(
  statements: Statements,
  scope: Scope,
  page: { keyId: string | null; after: string; limit: number },
): Promise<Alias[]> {
  return statements.query<Alias>(
    scope,
    `select ${COLUMNS} from kms_aliases where account = :account and region = :region and name > :after
       and (:keyId::text is null or key_id = :keyId) order by name limit :limit`,
    page,
  );
}

export async function updateAlias(
  statements: Statements,
  scope: Scope,
  change: Pick<Alias, 'name' | 'keyId' | 'updatedAt'>,
): Promise<void> {
  await statements.query(
    scope,
    `update kms_aliases set key_id = :keyId, updated_at = :updatedAt
     where account = :account and region = :region and name = :name`,
    change,
  );
}

export async function deleteAlias(statements: Statements, scope: Scope, name: string): Promise<boolean> {
  const rows = await statements.query(
    scope,
    'delete from kms_aliases where account = :account and region = :region and name = :name returning name',
    { name },
  );
  return rows.length > 0;
}
