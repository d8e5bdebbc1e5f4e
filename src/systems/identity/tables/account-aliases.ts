import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import { isUniqueViolation } from '../../../storage/database/database-errors.ts';

/** The new alias takes the place of the old one. @returns false when another account has it. */
export async function insertAlias(db: Statements, scope: Scope, alias: string): Promise<boolean> {
  const text = `insert into iam_account_aliases (account, region, alias) values (:account, :region, :alias)
    on conflict (account, region) do update set alias = excluded.alias`;
  try {
    await db.query(scope, text, { alias });
    return true;
  } catch (caught) {
    if (isUniqueViolation(caught)) return false;
    throw caught;
  }
}

export async function selectAlias(db: Statements, scope: Scope): Promise<string | undefined> {
  const text = 'select alias from iam_account_aliases where account = :account and region = :region';
  const [row] = await db.query<{ alias: string }>(scope, text);
  return row?.alias;
}

/** @returns whether the account had it. */
export async function deleteAlias(db: Statements, scope: Scope, alias: string): Promise<boolean> {
  const text = `delete from iam_account_aliases where account = :account and region = :region and alias = :alias
    returning alias`;
  return (await db.query(scope, text, { alias })).length > 0;
}
