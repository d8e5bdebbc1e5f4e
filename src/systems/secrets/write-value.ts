import { LoamError } from '../../core/errors.ts';
import type { Transaction } from '../../storage/database/contract.ts';
import type { KeyUser, SecretsContext } from './context.ts';
import { CURRENT, PREVIOUS, type Secret } from './secret.ts';
import { updateSecret } from './tables/secrets.ts';
import { dropOldVersions, insertVersion, removeStage, selectStages, selectValue, setStage } from './tables/versions.ts';
import { openValue, type SecretValue, sealValue } from './values.ts';

const KEPT_WITHOUT_STAGE = 100;

export interface NewValue {
  /** The id of the version; asked again with the same value, it is the same version. */
  readonly token: string;
  readonly value: SecretValue;
  /** Stages that the version gets, taken from those that had them. */
  readonly stages: readonly string[];
  readonly user: KeyUser | undefined;
}

/**
 * Adds a version to a secret; asked again with the same token and value it changes nothing. Where the version becomes the
 * current one, that which was is the previous one.
 *
 * @throws LoamError `secret-version-exists` for another value under the same token
 * @returns the stages of the version
 */
export async function addValue(context: SecretsContext, secret: Secret, options: NewValue): Promise<readonly string[]> {
  const { token, value, user } = options;
  const sealed = await sealValue(context, secret, token, value, user);
  const added = await context.database.transaction(async (transaction) => {
    if (!(await insertVersion(transaction, secret, sealed))) return undefined;
    const given = await giveStages(transaction, secret, token, options.stages);
    await updateSecret(transaction, secret, { changedAt: sealed.createdAt });
    await dropOldVersions(transaction, secret, KEPT_WITHOUT_STAGE);
    return given;
  });
  return added ?? recall(context, secret, options);
}

async function recall(
  context: SecretsContext,
  secret: Secret,
  { token, value, user }: NewValue,
): Promise<readonly string[]> {
  const present = await selectValue(context.database, secret, token);
  const known = present && (await openValue(context, secret, present, user));
  if (present && known?.isBinary === value.isBinary && known.bytes.equals(value.bytes)) return present.stages;
  throw new LoamError('secret-version-exists', { versionId: token });
}

async function giveStages(
  transaction: Transaction,
  secret: Secret,
  versionId: string,
  asked: readonly string[],
): Promise<readonly string[]> {
  const stages = await selectStages(transaction, secret);
  const given = stages.has(CURRENT) ? asked : [...new Set([...asked, CURRENT])];
  for (const stage of given) await moveStage(transaction, secret, { stage, versionId, from: stages.get(stage) });
  return given;
}

/** Moves a stage to a version. That of the current one leaves "previous" behind. */
export async function moveStage(
  transaction: Transaction,
  secret: Secret,
  { stage, versionId, from }: { stage: string; versionId: string; from: string | undefined },
): Promise<void> {
  if (from === versionId) return;
  await setStage(transaction, secret, stage, versionId);
  if (stage !== CURRENT) return;
  if (from !== undefined) await setStage(transaction, secret, PREVIOUS, from);
  else await removeStage(transaction, secret, PREVIOUS);
}
