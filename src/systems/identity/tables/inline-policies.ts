import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';

export interface InlinePolicyRow {
  readonly name: string;
  readonly document: string;
}

const OF_IDENTITY = 'account = :account and region = :region and identity = :identity';

export async function putInlinePolicyRow(
  db: Statements,
  scope: Scope,
  row: InlinePolicyRow & { identity: string },
): Promise<void> {
  await db.query(
    scope,
    `insert into iam_inline_policies (account, region, identity, name, document)
     values (:account, :region, :identity, :name, :document)
     on conflict (account, region, identity, name) do update set document = excluded.document`,
    row,
  );
}

/** In the order of their names. */
export function selectInlinePolicies(db: Statements, scope: Scope, identity: string): Promise<InlinePolicyRow[]> {
  const text = `select name, document from iam_inline_policies where ${OF_IDENTITY} order by name collate "C"`;
  return db.query<InlinePolicyRow>(scope, text, { identity });
}

/** @returns whether there was one. */
export async function deleteInlinePolicyRow(
  db: Statements,
  scope: Scope,
  of: { identity: string; name: string },
): Promise<boolean> {
  const text = `delete from iam_inline_policies where ${OF_IDENTITY} and name = :name returning name`;
  return (await db.query(scope, text, of)).length > 0;
}
