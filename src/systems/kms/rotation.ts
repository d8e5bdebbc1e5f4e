import { LoamError } from '../../core/errors.ts';
import type { Transaction } from '../../storage/database/contract.ts';
import type { KmsContext } from './context.ts';
import { sealMaterial } from './crypt.ts';
import { type Key, keyArn } from './key.ts';
import { checkUsable, refuseManaged } from './key-state.ts';
import { selectKeysToRotate } from './tables/due-keys.ts';
import { selectKey, updateKey } from './tables/keys.ts';
import { insertVersion, type KeyVersion, selectRotations } from './tables/versions.ts';

const DAY_MS = 86_400_000;
const MOST_ON_DEMAND = 25;
const BATCH = 100;

/** Turns yearly (or other) rotation on, or off with null. @throws LoamError `kms-unsupported`, `kms-key-disabled`, … */
export async function setRotation(context: KmsContext, key: Key, days: number | null): Promise<void> {
  refuseManaged(key, 'Changing the rotation');
  refuseAsymmetric(key);
  checkUsable(key);
  const rotatesAt = days === null ? null : new Date(context.clock.now() + days * DAY_MS);
  await updateKey(context.database, key, ['Enabled'], { rotationDays: days, rotatesAt });
}

/** Gives a key new material now; what older versions encrypted still opens. @throws LoamError `kms-limit`, `kms-unsupported` … */
export async function rotateOnDemand(context: KmsContext, key: Key): Promise<void> {
  refuseManaged(key, 'A rotation on demand');
  refuseAsymmetric(key);
  checkUsable(key);
  await context.database.transaction(async (transaction) => {
    const rotations = await selectRotations(transaction, key, { keyId: key.keyId, after: 1, limit: 10_000 });
    if (rotations.filter(({ reason }) => reason === 'ON_DEMAND').length >= MOST_ON_DEMAND) {
      throw new LoamError('kms-limit', { limit: MOST_ON_DEMAND, what: 'rotations on demand of one key' });
    }
    await addVersion(context, transaction, key, 'ON_DEMAND');
  });
}

/** Rotates the keys whose time has come. @returns how many */
export async function rotateDueKeys(context: KmsContext): Promise<number> {
  const { database, clock } = context;
  const now = new Date(clock.now());
  const due = await selectKeysToRotate(database, now, BATCH);
  for (const name of due) {
    await database.transaction(async (transaction) => {
      const key = await selectKey(transaction, name, name.keyId);
      const late = key?.rotatesAt && key.rotationDays && key.rotatesAt <= now;
      if (!late || !key.rotatesAt || !key.rotationDays) return;
      await addVersion(context, transaction, key, 'AUTOMATIC');
      const rotatesAt = new Date(now.getTime() + key.rotationDays * DAY_MS);
      await updateKey(transaction, key, ['Enabled'], { rotationDays: key.rotationDays, rotatesAt });
    });
  }
  return due.length;
}

async function addVersion(
  context: KmsContext,
  transaction: Transaction,
  key: Key,
  reason: KeyVersion['reason'],
): Promise<void> {
  const version = key.version + 1;
  const materialSealed = sealMaterial(context, keyArn(key), version, context.ids.bytes(32));
  await insertVersion(transaction, key, { version, reason, createdAt: new Date(context.clock.now()), materialSealed });
  await updateKey(transaction, key, ['Enabled'], { version });
}

function refuseAsymmetric(key: Key): void {
  if (key.spec === 'SYMMETRIC_DEFAULT') return;
  throw new LoamError('kms-unsupported', { problem: `Keys of the spec ${key.spec} are not rotated` });
}
