import type { Statements } from '../../../storage/database/contract.ts';
import type { Secret } from '../secret.ts';

type SecretName = Pick<Secret, 'account' | 'region' | 'name'>;

/** A version without its value. */
export interface Version {
  readonly versionId: string;
  readonly stages: readonly string[];
  readonly keyArn: string;
  readonly createdAt: Date;
  readonly accessedAt: Date | null;
}

/** A value as it is kept. */
export interface SealedValue {
  readonly versionId: string;
  readonly keyArn: string;
  readonly sealedKey: Buffer;
  readonly sealedValue: Buffer;
  readonly isBinary: boolean;
  readonly createdAt: Date;
}

export interface StoredValue extends SealedValue {
  readonly stages: readonly string[];
}

const STAGES = `coalesce((select array_agg(stage order by stage) from secret_stages s where s.account = v.account
  and s.region = v.region and s.name = v.name and s.version_id = v.version_id), '{}') as stages`;
const OF_SECRET = 'account = :account and region = :region and name = :name';

/** @returns false when there is a version of that id */
export async function insertVersion(statements: Statements, secret: SecretName, value: SealedValue): Promise<boolean> {
  const rows = await statements.query(
    secret,
    `insert into secret_versions (account, region, name, version_id, key_arn, sealed_key, sealed_value, is_binary, created_at)
     values (:account, :region, :name, :versionId, :keyArn, :sealedKey::bytea, :sealedValue::bytea, :isBinary, :createdAt)
     on conflict do nothing returning version_id`,
    { ...value, name: secret.name },
  );
  return rows.length > 0;
}

/** Puts a value that was encrypted anew in place of what it was. */
export async function replaceValue(statements: Statements, secret: SecretName, value: SealedValue): Promise<void> {
  const { versionId, keyArn, sealedKey, sealedValue } = value;
  await statements.query(
    secret,
    `update secret_versions set key_arn = :keyArn, sealed_key = :sealedKey::bytea, sealed_value = :sealedValue::bytea
     where ${OF_SECRET} and version_id = :versionId`,
    { name: secret.name, versionId, keyArn, sealedKey, sealedValue },
  );
}

export async function selectValue(
  statements: Statements,
  secret: SecretName,
  versionId: string,
): Promise<StoredValue | undefined> {
  const [value] = await statements.query<StoredValue>(
    secret,
    `select version_id as "versionId", key_arn as "keyArn", sealed_key as "sealedKey", sealed_value as "sealedValue",
       is_binary as "isBinary", created_at as "createdAt", ${STAGES}
     from secret_versions v where ${OF_SECRET} and version_id = :versionId`,
    { name: secret.name, versionId },
  );
  return value;
}

/** In the order of their making, newest first. */
export function selectVersions(statements: Statements, secret: SecretName): Promise<Version[]> {
  return statements.query<Version>(
    secret,
    `select version_id as "versionId", key_arn as "keyArn", created_at as "createdAt", accessed_at as "accessedAt", ${STAGES}
     from secret_versions v where ${OF_SECRET} order by created_at desc, version_id`,
    { name: secret.name },
  );
}

export async function noteVersionAccess(
  statements: Statements,
  secret: SecretName,
  versionId: string,
  day: Date,
): Promise<void> {
  await statements.query(
    secret,
    `update secret_versions set accessed_at = :day where ${OF_SECRET} and version_id = :versionId
       and accessed_at is distinct from :day::timestamptz`,
    { name: secret.name, versionId, day },
  );
}

export async function selectStages(statements: Statements, secret: SecretName): Promise<Map<string, string>> {
  const rows = await statements.query<{ stage: string; versionId: string }>(
    secret,
    `select stage, version_id as "versionId" from secret_stages where ${OF_SECRET}`,
    { name: secret.name },
  );
  return new Map(rows.map(({ stage, versionId }) => [stage, versionId]));
}

export async function setStage(
  statements: Statements,
  secret: SecretName,
  stage: string,
  versionId: string,
): Promise<void> {
  await statements.query(
    secret,
    `insert into secret_stages (account, region, name, stage, version_id)
     values (:account, :region, :name, :stage, :versionId)
     on conflict (account, region, name, stage) do update set version_id = excluded.version_id`,
    { name: secret.name, stage, versionId },
  );
}

export async function removeStage(statements: Statements, secret: SecretName, stage: string): Promise<void> {
  await statements.query(secret, `delete from secret_stages where ${OF_SECRET} and stage = :stage`, {
    name: secret.name,
    stage,
  });
}

/** Drops versions without stages but the newest ones. */
export async function dropOldVersions(statements: Statements, secret: SecretName, kept: number): Promise<void> {
  await statements.query(
    secret,
    `delete from secret_versions where ${OF_SECRET} and version_id in (
       select version_id from secret_versions v where ${OF_SECRET} and not exists (select 1 from secret_stages s
         where s.account = v.account and s.region = v.region and s.name = v.name and s.version_id = v.version_id)
       order by created_at desc offset :kept)`,
    { name: secret.name, kept },
  );
}
