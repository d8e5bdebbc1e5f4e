import { LoamError } from '../../core/errors.ts';
import type { KmsContext } from './context.ts';
import { type Key, type KeyState, keyArn } from './key.ts';
import { refuseManaged, refusePendingDeletion } from './key-state.ts';
import { KEY_CHANNEL } from './plaintext-cache.ts';
import { forgetDeletedMaterial, selectKeysToDestroy } from './tables/due-keys.ts';
import { type KeyChange, updateKey } from './tables/keys.ts';
import { destroyKey } from './tables/versions.ts';

const DAY_MS = 86_400_000;
const BATCH = 100;

/** @throws LoamError `kms-key-pending-deletion`, `kms-unsupported` */
export async function setEnabled(context: KmsContext, key: Key, enabled: boolean): Promise<void> {
  refuseManaged(key, enabled ? 'Enabling' : 'Disabling');
  refusePendingDeletion(key);
  await change(context, key, ['Enabled', 'Disabled'], { state: enabled ? 'Enabled' : 'Disabled' });
}

/** From now on the key is of no use; at the end of the window its material is destroyed. @param days 7 to 30 */
export function scheduleDeletion(context: KmsContext, key: Key, days: number): Promise<Key> {
  refuseManaged(key, 'A deletion');
  refusePendingDeletion(key);
  const deletionAt = new Date(context.clock.now() + days * DAY_MS);
  return change(context, key, ['Enabled', 'Disabled'], { state: 'PendingDeletion', deletionAt });
}

/** Takes back a deletion; the key is disabled then. @throws LoamError `kms-state-invalid` */
export async function cancelDeletion(context: KmsContext, key: Key): Promise<void> {
  const problem = `${keyArn(key)} is not pending deletion`;
  if (key.state !== 'PendingDeletion') throw new LoamError('kms-state-invalid', { problem });
  await change(context, key, ['PendingDeletion'], { state: 'Disabled', deletionAt: null });
}

async function change(
  { database, cache }: KmsContext,
  key: Key,
  from: readonly KeyState[],
  to: KeyChange,
): Promise<Key> {
  const arn = keyArn(key);
  const changed = await database.transaction(async (transaction) => {
    const row = await updateKey(transaction, key, from, to);
    if (row) await transaction.notify(KEY_CHANNEL, arn);
    return row;
  });
  cache.forget(arn);
  if (changed) return changed;
  throw new LoamError('kms-state-invalid', { problem: `${arn} was changed meanwhile` });
}

/**
 * Destroys the material of keys whose window is over: what they encrypted is unreadable from then on, whoever has the bytes.
 *
 * @returns how many
 */
export async function destroyDueKeys({ database, clock, cache, log }: KmsContext): Promise<number> {
  const now = new Date(clock.now());
  let destroyed = 0;
  for (const key of await selectKeysToDestroy(database, now, BATCH)) {
    const arn = keyArn(key);
    const gone = await database.transaction(async (transaction) => {
      await transaction.notify(KEY_CHANNEL, arn);
      return destroyKey(transaction, key, now);
    });
    cache.forget(arn);
    if (!gone) continue;
    destroyed += 1;
    log.info({ key: arn }, 'The material of a key was destroyed');
  }
  if (destroyed > 0) await forgetDeletedMaterial(database);
  return destroyed;
}
