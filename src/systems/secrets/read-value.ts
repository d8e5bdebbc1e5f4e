import { LoamError } from '../../core/errors.ts';
import type { KeyUser, SecretsContext } from './context.ts';
import { CURRENT, type Secret } from './secret.ts';
import { noteAccess } from './tables/secrets.ts';
import { noteVersionAccess, type StoredValue, selectStages, selectValue } from './tables/versions.ts';
import { openValue, type SecretValue } from './values.ts';

const DAY_MS = 86_400_000;

export interface ReadValue extends SecretValue {
  readonly version: StoredValue;
}

export interface WantedVersion {
  readonly versionId?: string | undefined;
  readonly stage?: string | undefined;
}

/**
 * The value of a version, of the current one by default.
 *
 * @throws LoamError `secret-value-not-found`, `access-denied`, `kms-key-destroyed` …
 */
export async function readValue(
  context: SecretsContext,
  secret: Secret,
  wanted: WantedVersion,
  user: KeyUser | undefined,
): Promise<ReadValue> {
  const version = await findVersion(context, secret, wanted);
  const value = await openValue(context, secret, version, user);
  const day = new Date(Math.floor(context.clock.now() / DAY_MS) * DAY_MS);
  if (secret.accessedAt?.getTime() !== day.getTime()) {
    await noteAccess(context.database, secret, secret.name, day);
    await noteVersionAccess(context.database, secret, version.versionId, day);
  }
  return { ...value, version };
}

async function findVersion(
  { database }: SecretsContext,
  secret: Secret,
  { versionId, stage }: WantedVersion,
): Promise<StoredValue> {
  const named = versionId ?? (await selectStages(database, secret)).get(stage ?? CURRENT);
  const version = named === undefined ? undefined : await selectValue(database, secret, named);
  const fits = version && (stage === undefined || version.stages.includes(stage));
  if (fits) return version;
  if (version) {
    throw new LoamError('request-invalid', {
      message: `The version ${versionId} does not have the staging label ${stage}.`,
    });
  }
  const what = versionId === undefined ? `staging label: ${stage ?? CURRENT}` : `VersionId: ${versionId}`;
  throw new LoamError('secret-value-not-found', { what });
}
