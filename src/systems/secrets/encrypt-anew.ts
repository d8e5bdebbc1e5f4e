import type { KeyUser, SecretsContext } from './context.ts';
import type { Secret } from './secret.ts';
import { updateSecret } from './tables/secrets.ts';
import { replaceValue, type SealedValue, selectValue, selectVersions } from './tables/versions.ts';
import { openValue, sealValue } from './values.ts';

/**
 * Encrypts the versions that have a stage under another key; others stay under the one they have.
 *
 * @throws LoamError `access-denied`, `kms-key-not-found` …; nothing is changed then
 */
export async function encryptAnew(
  context: SecretsContext,
  secret: Secret,
  kmsKey: string,
  user: KeyUser | undefined,
): Promise<Secret> {
  const changed: Secret = { ...secret, kmsKey };
  const values: SealedValue[] = [];
  for (const { versionId, stages } of await selectVersions(context.database, secret)) {
    const value = stages.length > 0 && (await selectValue(context.database, secret, versionId));
    if (!value) continue;
    const opened = await openValue(context, secret, value, user);
    values.push(await sealValue(context, changed, versionId, opened, user));
  }
  await context.database.transaction(async (transaction) => {
    for (const value of values) await replaceValue(transaction, secret, value);
    await updateSecret(transaction, secret, { kmsKey, changedAt: new Date(context.clock.now()) });
  });
  return changed;
}
