import type { Scope } from '../../../core/scope.ts';
import type { Database, Statements } from '../../../storage/database/contract.ts';

/** An access key of a user, without its secret. */
export interface UserKeyRow {
  readonly id: string;
  readonly userId: string;
  readonly active: boolean;
  readonly created: Date;
  readonly lastUsed: Date | null;
  readonly lastUsedRegion: string | null;
  readonly lastUsedService: string | null;
}

export interface SigningKeyRow {
  readonly account: string;
  readonly userId: string;
  readonly sealed: Buffer;
}

const COLUMNS = `id, user_id as "userId", active, created, last_used as "lastUsed", last_used_region as "lastUsedRegion",
  last_used_service as "lastUsedService"`;
const OWN = 'account = :account and region = :region';

export async function insertUserKey(
  db: Statements,
  scope: Scope,
  row: { id: string; userId: string; sealed: Buffer; created: Date },
): Promise<void> {
  await db.query(
    scope,
    `insert into iam_access_keys (account, region, id, user_id, secret_sealed, created)
     values (:account, :region, :id, :userId, :sealed, :created)`,
    row,
  );
}

export function selectUserKeys(db: Statements, scope: Scope, userId: string): Promise<UserKeyRow[]> {
  const text = `select ${COLUMNS} from iam_access_keys where ${OWN} and user_id = :userId order by created, id`;
  return db.query<UserKeyRow>(scope, text, { userId });
}

export async function selectUserKey(db: Statements, scope: Scope, id: string): Promise<UserKeyRow | undefined> {
  const text = `select ${COLUMNS} from iam_access_keys where ${OWN} and id = :id`;
  const [row] = await db.query<UserKeyRow>(scope, text, { id });
  return row;
}

/** @returns whether the user has such a key. */
export async function setUserKeyActive(
  db: Statements,
  scope: Scope,
  of: { id: string; userId: string; active: boolean },
): Promise<boolean> {
  const text = `update iam_access_keys set active = :active where ${OWN} and id = :id and user_id = :userId returning id`;
  return (await db.query(scope, text, of)).length > 0;
}

/** @returns whether the user had such a key. */
export async function deleteUserKey(
  db: Statements,
  scope: Scope,
  of: { id: string; userId: string },
): Promise<boolean> {
  const text = `delete from iam_access_keys where ${OWN} and id = :id and user_id = :userId returning id`;
  return (await db.query(scope, text, of)).length > 0;
}

export async function touchUserKey(
  db: Statements,
  scope: Scope,
  use: { id: string; at: Date; usedRegion: string; service: string },
): Promise<void> {
  await db.query(
    scope,
    `update iam_access_keys set last_used = :at, last_used_region = :usedRegion, last_used_service = :service
     where ${OWN} and id = :id`,
    use,
  );
}

/** An active key by its id alone: a request names its key before anybody knows its account. */
export async function findSigningKey(database: Database, id: string): Promise<SigningKeyRow | undefined> {
  const [row] = await database.system<SigningKeyRow>(
    'select account, user_id as "userId", secret_sealed as sealed from iam_access_keys where id = :id and active',
    { id },
  );
  return row;
}

/** The account of a user's key, active or not, by its id alone. */
export async function findKeyAccount(database: Database, id: string): Promise<string | undefined> {
  const [row] = await database.system<{ account: string }>('select account from iam_access_keys where id = :id', {
    id,
  });
  return row?.account;
}
