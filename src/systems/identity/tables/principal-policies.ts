import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { IdentityKind } from '../entities/names.ts';

/** A policy that counts for an identity: its own or one of its groups'. */
export interface PrincipalPolicyRow {
  readonly kind: IdentityKind;
  /** The name of the user, group or role that has it. */
  readonly owner: string;
  /** The name of an inline policy; null for a managed one. */
  readonly inline: string | null;
  readonly arn: string | null;
  /** Null for the policies that AWS keeps. */
  readonly document: string | null;
}

/** Everything that says what a user or role may do, in one question. */
export function selectPrincipalPolicies(db: Statements, scope: Scope, id: string): Promise<PrincipalPolicyRow[]> {
  return db.query<PrincipalPolicyRow>(
    scope,
    `with owners as (
       select i.id, i.kind, i.name from iam_identities i
       where i.account = :account and i.region = :region and (i.id = :id or i.id in (
         select group_id from iam_group_members where account = :account and region = :region and user_id = :id))
     )
     select o.kind, o.name as owner, p.name as inline, null as arn, p.document
     from owners o join iam_inline_policies p
       on p.account = :account and p.region = :region and p.identity = o.id
     union all
     select o.kind, o.name, null, a.policy, v.document
     from owners o join iam_attachments a on a.account = :account and a.region = :region and a.identity = o.id
       left join iam_policies m on m.account = :account and m.region = :region and m.arn = a.policy
       left join iam_policy_versions v on v.account = :account and v.region = :region and v.policy = m.arn
         and v.version = m.default_version
     order by 1 desc, 2, 3, 4`,
    { id },
  );
}

/** The document that a managed policy of the account says now. */
export async function selectDefaultDocument(db: Statements, scope: Scope, arn: string): Promise<string | undefined> {
  const [row] = await db.query<{ document: string }>(
    scope,
    `select v.document from iam_policies m join iam_policy_versions v using (account, region)
     where m.account = :account and m.region = :region and m.arn = :arn and v.policy = m.arn
       and v.version = m.default_version`,
    { arn },
  );
  return row?.document;
}
