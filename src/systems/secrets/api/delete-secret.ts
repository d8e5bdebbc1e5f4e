import type { DeleteSecretCommand, RestoreSecretCommand } from '@aws-sdk/client-secrets-manager';
import { isLoamError, LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { SecretsContext } from '../context.ts';
import { findSecret } from '../find-secret.ts';
import { type Secret, secretArn } from '../secret.ts';
import { deleteSecretRow, updateSecret } from '../tables/secrets.ts';

const DAY_MS = 86_400_000;
const DEFAULT_WINDOW_DAYS = 30;

export function deleteSecretOperation(context: SecretsContext): Handler<DeleteSecretCommand> {
  const { database, clock } = context;
  return async ({ SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force }, { scope }) => {
    if (force && days !== undefined) {
      throw new LoamError('request-invalid', {
        message: "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      });
    }
    checkWindow(days);
    const now = new Date(clock.now());
    if (force) return forceDeletion(context, scope, SecretId, now);
    const secret = await findSecret(database, scope, SecretId);
    const deleteAfter = new Date(now.getTime() + (days ?? DEFAULT_WINDOW_DAYS) * DAY_MS);
    await updateSecret(database, secret, { deletedAt: now, deleteAfter });
    return { ARN: secretArn(secret), Name: secret.name, DeletionDate: deleteAfter };
  };
}

/** A secret that is not there is deleted already. */
async function forceDeletion({ database, ids }: SecretsContext, scope: Scope, id: string, now: Date) {
  const secret = await findSecret(database, scope, id, { deleted: true }).catch(
    (error: unknown): Secret | undefined => {
      if (isLoamError(error, 'secret-not-found')) return undefined;
      throw error;
    },
  );
  if (secret) await deleteSecretRow(database, secret, secret.name);
  const ARN = secret ? secretArn(secret) : secretArn({ ...scope, name: id, suffix: ids.id(6) });
  return { ARN, Name: secret?.name ?? id, DeletionDate: now };
}

export function restoreSecretOperation({ database }: SecretsContext): Handler<RestoreSecretCommand> {
  return async ({ SecretId }, { scope }) => {
    const secret = await findSecret(database, scope, SecretId, { deleted: true });
    await updateSecret(database, secret, { deletedAt: null, deleteAfter: null });
    return { ARN: secretArn(secret), Name: secret.name };
  };
}

function checkWindow(days: number | undefined): void {
  if (days === undefined || (days >= 7 && days <= 30)) return;
  throw new LoamError('request-invalid', {
    message: 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
  });
}
