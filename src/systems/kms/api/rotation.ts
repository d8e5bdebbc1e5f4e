import type {
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
} from '@aws-sdk/client-kms';
import type { Handler } from '../../../wire/operation.ts';
import type { KmsContext } from '../context.ts';
import { findKeyItself } from '../find-key.ts';
import { keyArn } from '../key.ts';
import { refusePendingDeletion } from '../key-state.ts';
import { rotateOnDemand, setRotation } from '../rotation.ts';
import { selectRotations } from '../tables/versions.ts';
import { readPage } from './pages.ts';

const YEAR_DAYS = 365;

export function enableKeyRotationOperation(context: KmsContext): Handler<EnableKeyRotationCommand> {
  return async ({ KeyId, RotationPeriodInDays }, { scope }) => {
    const key = await findKeyItself(context.database, scope, KeyId);
    await setRotation(context, key, RotationPeriodInDays ?? YEAR_DAYS);
    return {};
  };
}

export function disableKeyRotationOperation(context: KmsContext): Handler<DisableKeyRotationCommand> {
  return async ({ KeyId }, { scope }) => {
    await setRotation(context, await findKeyItself(context.database, scope, KeyId), null);
    return {};
  };
}

export function getKeyRotationStatusOperation({ database }: KmsContext): Handler<GetKeyRotationStatusCommand> {
  return async ({ KeyId }, { scope }) => {
    const key = await findKeyItself(database, scope, KeyId);
    refusePendingDeletion(key);
    const { rotationDays, rotatesAt } = key;
    return {
      KeyId: keyArn(key),
      KeyRotationEnabled: rotationDays !== null,
      ...(rotationDays !== null && { RotationPeriodInDays: rotationDays }),
      ...(rotatesAt && { NextRotationDate: rotatesAt }),
    };
  };
}

export function rotateKeyOnDemandOperation(context: KmsContext): Handler<RotateKeyOnDemandCommand> {
  return async ({ KeyId }, { scope }) => {
    const key = await findKeyItself(context.database, scope, KeyId);
    await rotateOnDemand(context, key);
    return { KeyId: keyArn(key) };
  };
}

export function listKeyRotationsOperation({ database, pageTokens }: KmsContext): Handler<ListKeyRotationsCommand> {
  return async (input, { scope }) => {
    const key = await findKeyItself(database, scope, input.KeyId);
    const { rows, rest } = await readPage(
      { pageTokens, scope, input, name: `rotations/${key.keyId}` },
      100,
      (after, limit) => selectRotations(database, key, { keyId: key.keyId, after: Number(after || 1), limit }),
      ({ version }) => String(version),
    );
    const Rotations = rows.map(({ reason, createdAt }) => ({
      KeyId: keyArn(key),
      RotationDate: createdAt,
      RotationType: reason === 'ON_DEMAND' ? ('ON_DEMAND' as const) : ('AUTOMATIC' as const),
    }));
    return { Rotations, ...rest };
  };
}
