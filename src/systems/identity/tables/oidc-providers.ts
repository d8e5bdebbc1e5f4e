import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { Tags } from './identities.ts';

/** An OpenID Connect provider that an account trusts to say who somebody is. */
export interface ProviderRow {
  /** Without the scheme, as it stands in the ARN. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly tags: Tags;
  readonly created: Date;
}

const COLUMNS = 'url, client_ids as "clientIds", thumbprints, tags, created';
const OWN = 'account = :account and region = :region';

/** @returns whether it is new. */
export async function insertProvider(db: Statements, scope: Scope, row: ProviderRow): Promise<boolean> {
  const inserted = await db.query(
    scope,
    `insert into iam_oidc_providers (account, region, url, client_ids, thumbprints, tags, created)
     values (:account, :region, :url, :clientIds, :thumbprints, :tags::jsonb, :created)
     on conflict do nothing returning url`,
    row,
  );
  return inserted.length > 0;
}

export async function selectProvider(db: Statements, scope: Scope, url: string): Promise<ProviderRow | undefined> {
  const text = `select ${COLUMNS} from iam_oidc_providers where ${OWN} and url = :url`;
  const [row] = await db.query<ProviderRow>(scope, text, { url });
  return row;
}

export function selectProviders(db: Statements, scope: Scope): Promise<ProviderRow[]> {
  return db.query<ProviderRow>(scope, `select ${COLUMNS} from iam_oidc_providers where ${OWN} order by url`);
}

export async function updateProvider(
  db: Statements,
  scope: Scope,
  row: Pick<ProviderRow, 'url' | 'clientIds' | 'thumbprints' | 'tags'>,
): Promise<void> {
  await db.query(
    scope,
    `update iam_oidc_providers set client_ids = :clientIds, thumbprints = :thumbprints, tags = :tags::jsonb
     where ${OWN} and url = :url`,
    row,
  );
}

export async function deleteProviderRow(db: Statements, scope: Scope, url: string): Promise<void> {
  await db.query(scope, `delete from iam_oidc_providers where ${OWN} and url = :url`, { url });
}
