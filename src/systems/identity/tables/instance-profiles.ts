import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import { nameKey } from '../entities/names.ts';
import type { Tags } from './identities.ts';

export interface ProfileRow {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly tags: Tags;
  readonly created: Date;
  /** The id of the role in it. */
  readonly role: string | null;
}

const COLUMNS = 'id, name, path, tags, created, role';
const OWN = 'account = :account and region = :region';

/** @throws the driver's unique violation when the name is taken. */
export async function insertProfile(db: Statements, scope: Scope, row: ProfileRow): Promise<void> {
  await db.query(
    scope,
    `insert into iam_instance_profiles (account, region, id, name, name_key, path, tags, created, role)
     values (:account, :region, :id, :name, :nameKey, :path, :tags::jsonb, :created, :role)`,
    { ...row, nameKey: nameKey(row.name) },
  );
}

export async function selectProfile(db: Statements, scope: Scope, name: string): Promise<ProfileRow | undefined> {
  const text = `select ${COLUMNS} from iam_instance_profiles where ${OWN} and name_key = :nameKey`;
  const [row] = await db.query<ProfileRow>(scope, text, { nameKey: nameKey(name) });
  return row;
}

/** In the order of their names, from after `after`; those of one role when one is given. */
export function selectProfiles(
  db: Statements,
  scope: Scope,
  page: { pathPrefix: string; role: string | null; after: string; limit: number },
): Promise<ProfileRow[]> {
  return db.query<ProfileRow>(
    scope,
    `select ${COLUMNS} from iam_instance_profiles
     where ${OWN} and name_key collate "C" > :after and starts_with(path, :pathPrefix)
       and (:role::text is null or role = :role)
     order by name_key collate "C" limit :limit`,
    page,
  );
}

export async function updateProfile(
  db: Statements,
  scope: Scope,
  row: Pick<ProfileRow, 'id' | 'role' | 'tags'>,
): Promise<void> {
  const text = `update iam_instance_profiles set role = :role, tags = :tags::jsonb where ${OWN} and id = :id`;
  await db.query(scope, text, row);
}

export async function deleteProfileRow(db: Statements, scope: Scope, id: string): Promise<void> {
  await db.query(scope, `delete from iam_instance_profiles where ${OWN} and id = :id`, { id });
}
