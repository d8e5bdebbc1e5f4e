import type {
  PutSecretValueCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { SecretsContext } from '../context.ts';
import { encryptAnew } from '../encrypt-anew.ts';
import { findSecret } from '../find-secret.ts';
import { CURRENT, secretArn } from '../secret.ts';
import { updateSecret } from '../tables/secrets.ts';
import { removeStage, selectStages, selectValue } from '../tables/versions.ts';
import { addValue, moveStage } from '../write-value.ts';
import { refuseMembers } from './refusals.ts';
import { readValueInput } from './value-input.ts';

export function putSecretValueOperation(context: SecretsContext): Handler<PutSecretValueCommand> {
  return async (input, call) => {
    refuseMembers(input, { RotationToken: 'Rotation' });
    const secret = await findSecret(context.database, call.scope, input.SecretId);
    const value = readValueInput(input);
    if (!value) {
      throw new LoamError('request-invalid', { message: 'You must provide either SecretString or SecretBinary.' });
    }
    const token = input.ClientRequestToken ?? context.ids.uuid();
    const stages = await addValue(context, secret, {
      token,
      value,
      stages: input.VersionStages ?? [CURRENT],
      user: call,
    });
    return { ARN: secretArn(secret), Name: secret.name, VersionId: token, VersionStages: [...stages] };
  };
}

export function updateSecretOperation(context: SecretsContext): Handler<UpdateSecretCommand> {
  return async (input, call) => {
    refuseMembers(input, { Type: 'A secret that a partner manages' });
    let secret = await findSecret(context.database, call.scope, input.SecretId);
    const value = readValueInput(input);
    if (input.KmsKeyId !== undefined && input.KmsKeyId !== secret.kmsKey) {
      secret = await encryptAnew(context, secret, input.KmsKeyId, call);
    }
    if (input.Description !== undefined) {
      const changedAt = new Date(context.clock.now());
      await updateSecret(context.database, secret, { description: input.Description, changedAt });
    }
    const token = input.ClientRequestToken ?? context.ids.uuid();
    if (value) await addValue(context, secret, { token, value, stages: [CURRENT], user: call });
    return { ARN: secretArn(secret), Name: secret.name, ...(value && { VersionId: token }) };
  };
}

export function updateSecretVersionStageOperation(context: SecretsContext): Handler<UpdateSecretVersionStageCommand> {
  return async ({ SecretId, VersionStage: stage, RemoveFromVersionId, MoveToVersionId }, { scope }) => {
    const secret = await context.database.transaction(async (transaction) => {
      const found = await findSecret(transaction, scope, SecretId, { forUpdate: true });
      const from = (await selectStages(transaction, found)).get(stage);
      checkSource({ stage, from, removed: RemoveFromVersionId, moved: MoveToVersionId });
      if (MoveToVersionId === undefined) await removeStage(transaction, found, stage);
      else if (await selectValue(transaction, found, MoveToVersionId)) {
        await moveStage(transaction, found, { stage, versionId: MoveToVersionId, from });
      } else throw new LoamError('secret-value-not-found', { what: `VersionId: ${MoveToVersionId}` });
      return found;
    });
    return { ARN: secretArn(secret), Name: secret.name };
  };
}

interface StageMove {
  readonly stage: string;
  readonly from: string | undefined;
  readonly removed: string | undefined;
  readonly moved: string | undefined;
}

/** Whoever moves a stage has to know where it is. */
function checkSource({ stage, from, removed, moved }: StageMove): void {
  if (moved === undefined && stage === CURRENT) {
    throw new LoamError('request-invalid', { message: 'The staging label AWSCURRENT can only be moved.' });
  }
  if (moved === undefined && removed === undefined) {
    throw new LoamError('request-invalid', { message: 'Give RemoveFromVersionId, MoveToVersionId, or both.' });
  }
  if (from === removed || from === moved) return;
  throw new LoamError('request-invalid', {
    message: `The parameter RemoveFromVersionId must be the version that has the staging label ${stage}: ${from ?? 'none has it'}.`,
  });
}
