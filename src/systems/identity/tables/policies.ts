import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import { nameKey } from '../entities/names.ts';
import type { Tags } from './identities.ts';

/** A managed policy of an account. */
export interface PolicyRow {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly description: string | null;
  readonly defaultVersion: number;
  readonly lastVersion: number;
  readonly created: Date;
  readonly updated: Date;
  readonly tags: Tags;
}

export interface PolicyVersionRow {
  readonly version: number;
  readonly document: string;
  readonly created: Date;
}

const COLUMNS = `arn, id, name, path, description, default_version as "defaultVersion", last_version as "lastVersion",
  created, updated, tags`;
const OWN = 'account = :account and region = :region';

/** @throws the driver's unique violation when the name is taken. */
export async function insertPolicy(db: Statements, scope: Scope, row: PolicyRow): Promise<void> {
  await db.query(
    scope,
    `insert into iam_policies
       (account, region, arn, id, name, name_key, path, description, default_version, last_version, created, updated, tags)
     values (:account, :region, :arn, :id, :name, :nameKey, :path, :description, :defaultVersion, :lastVersion, :created,
       :updated, :tags::jsonb)`,
    { ...row, nameKey: nameKey(row.name) },
  );
}

export async function selectPolicy(db: Statements, scope: Scope, arn: string): Promise<PolicyRow | undefined> {
  const text = `select ${COLUMNS} from iam_policies where ${OWN} and arn = :arn`;
  const [row] = await db.query<PolicyRow>(scope, text, { arn });
  return row;
}

/** Holds changes of the policy and attachments of it until the transaction ends. */
export async function lockPolicy(db: Statements, scope: Scope, arn: string): Promise<PolicyRow | undefined> {
  const text = `select ${COLUMNS} from iam_policies where ${OWN} and arn = :arn for update`;
  const [row] = await db.query<PolicyRow>(scope, text, { arn });
  return row;
}

/** In the order of their names, from after `after`. */
export function selectPolicies(
  db: Statements,
  scope: Scope,
  page: { pathPrefix: string; after: string; limit: number },
): Promise<PolicyRow[]> {
  return db.query<PolicyRow>(
    scope,
    `select ${COLUMNS} from iam_policies
     where ${OWN} and name_key collate "C" > :after and starts_with(path, :pathPrefix)
     order by name_key collate "C" limit :limit`,
    page,
  );
}

export async function setPolicyVersions(
  db: Statements,
  scope: Scope,
  change: { arn: string; defaultVersion: number; lastVersion: number; updated: Date },
): Promise<void> {
  await db.query(
    scope,
    `update iam_policies set default_version = :defaultVersion, last_version = :lastVersion, updated = :updated
     where ${OWN} and arn = :arn`,
    change,
  );
}

export async function deletePolicyRow(db: Statements, scope: Scope, arn: string): Promise<void> {
  await db.query(scope, `delete from iam_policies where ${OWN} and arn = :arn`, { arn });
}

export async function setPolicyTags(db: Statements, scope: Scope, change: { arn: string; tags: Tags }): Promise<void> {
  await db.query(scope, `update iam_policies set tags = :tags::jsonb where ${OWN} and arn = :arn`, change);
}

export async function insertPolicyVersion(
  db: Statements,
  scope: Scope,
  row: PolicyVersionRow & { policy: string },
): Promise<void> {
  await db.query(
    scope,
    `insert into iam_policy_versions (account, region, policy, version, document, created)
     values (:account, :region, :policy, :version, :document, :created)`,
    row,
  );
}

/** The newest first. */
export function selectPolicyVersions(db: Statements, scope: Scope, policy: string): Promise<PolicyVersionRow[]> {
  const text = `select version, document, created from iam_policy_versions
    where ${OWN} and policy = :policy order by version desc`;
  return db.query<PolicyVersionRow>(scope, text, { policy });
}

export async function deletePolicyVersionRow(
  db: Statements,
  scope: Scope,
  of: { policy: string; version: number },
): Promise<void> {
  const text = `delete from iam_policy_versions where ${OWN} and policy = :policy and version = :version`;
  await db.query(scope, text, of);
}

export async function countPolicies(db: Statements, scope: Scope): Promise<{ policies: number; versions: number }> {
  const [row] = await db.query<{ policies: number; versions: number }>(
    scope,
    `select (select count(*) from iam_policies where ${OWN})::int as policies,
       (select count(*) from iam_policy_versions where ${OWN})::int as versions`,
  );
  return row ?? { policies: 0, versions: 0 };
}
