import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';

export interface Grant {
  readonly grantId: string;
  readonly keyId: string;
  readonly name: string | null;
  readonly grantee: string;
  readonly retiring: string | null;
  readonly issuer: string;
  readonly operations: readonly string[];
  /** As the wire has them: `EncryptionContextSubset`, `EncryptionContextEquals`. */
  readonly constraints: {
    readonly EncryptionContextSubset?: Readonly<Record<string, string>>;
    readonly EncryptionContextEquals?: Readonly<Record<string, string>>;
  };
  readonly createdAt: Date;
}

const COLUMNS = `grant_id as "grantId", key_id as "keyId", name, grantee, retiring, issuer, operations, constraints,
  created_at as "createdAt"`;

export async function insertGrant(statements: Statements, scope: Scope, grant: Grant): Promise<void> {
  await statements.query(
    scope,
    `insert into kms_grants (account, region, grant_id, key_id, name, grantee, retiring, issuer, operations, constraints,
       created_at)
     values (:account, :region, :grantId, :keyId, :name, :grantee, :retiring, :issuer, :operations::text[],
       :constraints::jsonb, :createdAt)`,
    grant,
  );
}

/** Of one key, or that one principal may retire. */
export function selectGrants(
  statements: Statements,
  scope: Scope,
  page: {
    keyId: string | null;
    retiring: string | null;
    grantId: string | null;
    grantee: string | null;
    after: string;
    limit: number;
  },
): Promise<Grant[]> {
  return statements.query<Grant>(
    scope,
    `select ${COLUMNS} from kms_grants where account = :account and region = :region and grant_id > :after
       and (:keyId::text is null or key_id = :keyId) and (:retiring::text is null or retiring = :retiring)
       and (:grantId::text is null or grant_id = :grantId) and (:grantee::text is null or grantee = :grantee)
     order by grant_id limit :limit`,
    page,
  );
}

export async function deleteGrant(
  statements: Statements,
  scope: Scope,
  name: { keyId: string; grantId: string },
): Promise<boolean> {
  const rows = await statements.query(
    scope,
    `delete from kms_grants where account = :account and region = :region and key_id = :keyId and grant_id = :grantId
     returning grant_id`,
    name,
  );
  return rows.length > 0;
}
