import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import { type IdentityKind, nameKey } from '../entities/names.ts';

export type Tags = Readonly<Record<string, string>>;

/** A user, a group or a role. What only roles have is null for the others. */
export interface IdentityRow {
  readonly id: string;
  readonly kind: IdentityKind;
  readonly name: string;
  readonly path: string;
  readonly created: Date;
  readonly tags: Tags;
  /** The ARN of a policy. */
  readonly boundary: string | null;
  /** The text of the trust policy. */
  readonly trust: string | null;
  readonly description: string | null;
  readonly maxSession: number | null;
  readonly lastUsed: Date | null;
  readonly lastUsedRegion: string | null;
}

const COLUMNS = `id, kind, name, path, created, tags, boundary, trust, description, max_session as "maxSession",
  last_used as "lastUsed", last_used_region as "lastUsedRegion"`;
const OWN = 'account = :account and region = :region';

/** @throws the driver's unique violation when the name is taken. */
export async function insertIdentity(db: Statements, scope: Scope, row: IdentityRow): Promise<void> {
  await db.query(
    scope,
    `insert into iam_identities
       (account, region, id, kind, name, name_key, path, created, tags, boundary, trust, description, max_session)
     values (:account, :region, :id, :kind, :name, :nameKey, :path, :created, :tags::jsonb, :boundary, :trust,
       :description, :maxSession)`,
    { ...row, nameKey: nameKey(row.name) },
  );
}

export async function selectIdentity(
  db: Statements,
  scope: Scope,
  { kind, name }: { kind: IdentityKind; name: string },
): Promise<IdentityRow | undefined> {
  const text = `select ${COLUMNS} from iam_identities where ${OWN} and kind = :kind and name_key = :nameKey`;
  const [row] = await db.query<IdentityRow>(scope, text, { kind, nameKey: nameKey(name) });
  return row;
}

export async function selectIdentityById(db: Statements, scope: Scope, id: string): Promise<IdentityRow | undefined> {
  const text = `select ${COLUMNS} from iam_identities where ${OWN} and id = :id`;
  const [row] = await db.query<IdentityRow>(scope, text, { id });
  return row;
}

/** Holds whoever else wants to change what hangs on this identity until the transaction ends: limits are counted under it. */
export async function lockIdentity(db: Statements, scope: Scope, id: string): Promise<boolean> {
  const text = `select id from iam_identities where ${OWN} and id = :id for update`;
  return (await db.query(scope, text, { id })).length > 0;
}

/** In the order of their names, from after `after`. */
export function selectIdentities(
  db: Statements,
  scope: Scope,
  page: { kind: IdentityKind; pathPrefix: string; after: string; limit: number },
): Promise<IdentityRow[]> {
  return db.query<IdentityRow>(
    scope,
    `select ${COLUMNS} from iam_identities
     where ${OWN} and kind = :kind and name_key collate "C" > :after and starts_with(path, :pathPrefix)
     order by name_key collate "C" limit :limit`,
    page,
  );
}

/** @throws the driver's unique violation when the new name is taken. */
export async function renameIdentity(
  db: Statements,
  scope: Scope,
  change: { id: string; name: string; path: string },
): Promise<void> {
  await db.query(
    scope,
    `update iam_identities set name = :name, name_key = :nameKey, path = :path where ${OWN} and id = :id`,
    { ...change, nameKey: nameKey(change.name) },
  );
}

export async function updateRole(
  db: Statements,
  scope: Scope,
  role: { id: string; trust: string | null; description: string | null; maxSession: number | null },
): Promise<void> {
  await db.query(
    scope,
    `update iam_identities set trust = :trust, description = :description, max_session = :maxSession
     where ${OWN} and id = :id`,
    role,
  );
}

export async function setBoundary(
  db: Statements,
  scope: Scope,
  change: { id: string; boundary: string | null },
): Promise<void> {
  await db.query(scope, `update iam_identities set boundary = :boundary where ${OWN} and id = :id`, change);
}

export async function setIdentityTags(db: Statements, scope: Scope, change: { id: string; tags: Tags }): Promise<void> {
  await db.query(scope, `update iam_identities set tags = :tags::jsonb where ${OWN} and id = :id`, change);
}

export async function touchIdentity(
  db: Statements,
  scope: Scope,
  use: { id: string; at: Date; usedRegion: string },
): Promise<void> {
  await db.query(
    scope,
    `update iam_identities set last_used = :at, last_used_region = :usedRegion where ${OWN} and id = :id`,
    use,
  );
}

/** @throws the driver's foreign key violation while something hangs on it. */
export async function deleteIdentity(db: Statements, scope: Scope, id: string): Promise<void> {
  await db.query(scope, `delete from iam_identities where ${OWN} and id = :id`, { id });
}

export async function countIdentities(db: Statements, scope: Scope): Promise<Record<IdentityKind, number>> {
  const rows = await db.query<{ kind: IdentityKind; count: number }>(
    scope,
    `select kind, count(*)::int as count from iam_identities where ${OWN} group by kind`,
  );
  return { user: 0, group: 0, role: 0, ...Object.fromEntries(rows.map(({ kind, count }) => [kind, count])) };
}
