import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { IdentityKind } from '../entities/names.ts';

const OWN = 'account = :account and region = :region';

export async function insertAttachment(
  db: Statements,
  scope: Scope,
  of: { identity: string; policy: string },
): Promise<void> {
  const text = `insert into iam_attachments (account, region, identity, policy)
    values (:account, :region, :identity, :policy) on conflict do nothing`;
  await db.query(scope, text, of);
}

/** @returns whether it was attached. */
export async function deleteAttachment(
  db: Statements,
  scope: Scope,
  of: { identity: string; policy: string },
): Promise<boolean> {
  const text = `delete from iam_attachments where ${OWN} and identity = :identity and policy = :policy returning policy`;
  return (await db.query(scope, text, of)).length > 0;
}

/** ARNs of the managed policies of an identity, in order. */
export async function selectAttached(db: Statements, scope: Scope, identity: string): Promise<string[]> {
  const text = `select policy from iam_attachments where ${OWN} and identity = :identity order by policy collate "C"`;
  return (await db.query<{ policy: string }>(scope, text, { identity })).map(({ policy }) => policy);
}

/** Who has a managed policy, as permissions or as boundary. */
export interface PolicyUse {
  readonly kind: IdentityKind;
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly boundary: boolean;
}

export function selectUses(db: Statements, scope: Scope, policy: string): Promise<PolicyUse[]> {
  return db.query<PolicyUse>(
    scope,
    `select i.kind, i.name, i.id, i.path, false as boundary
     from iam_attachments a join iam_identities i using (account, region)
     where i.account = :account and i.region = :region and i.id = a.identity and a.policy = :policy
     union all
     select kind, name, id, path, true from iam_identities where ${OWN} and boundary = :policy
     order by 1, 2`,
    { policy },
  );
}

/** How often each managed policy is attached, and is a boundary. */
export function selectUseCounts(
  db: Statements,
  scope: Scope,
): Promise<{ policy: string; attached: number; boundaries: number }[]> {
  return db.query(
    scope,
    `select policy, sum(attached)::int as attached, sum(boundaries)::int as boundaries from (
       select policy, count(*) as attached, 0 as boundaries from iam_attachments where ${OWN} group by policy
       union all
       select boundary, 0, count(*) from iam_identities where ${OWN} and boundary is not null group by boundary
     ) as uses group by policy`,
  );
}
