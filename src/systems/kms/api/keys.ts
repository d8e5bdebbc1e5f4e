import type {
  CancelKeyDeletionCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ListKeysCommand,
  ScheduleKeyDeletionCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { KmsContext } from '../context.ts';
import { findOrMake } from '../data-keys.ts';
import { findKeyItself } from '../find-key.ts';
import { keyArn } from '../key.ts';
import { cancelDeletion, scheduleDeletion, setEnabled } from '../key-life.ts';
import { refuseManaged, refusePendingDeletion } from '../key-state.ts';
import { selectKeys, updateKey } from '../tables/keys.ts';
import { printKey } from './key-metadata.ts';
import { readPage } from './pages.ts';

const DEFAULT_WINDOW_DAYS = 30;

export function describeKeyOperation(context: KmsContext): Handler<DescribeKeyCommand> {
  return async ({ KeyId }, { scope }) => ({ KeyMetadata: printKey(await findOrMake(context, scope, KeyId)) });
}

export function listKeysOperation({ database, pageTokens }: KmsContext): Handler<ListKeysCommand> {
  return async (input, { scope }) => {
    const { rows, rest } = await readPage(
      { pageTokens, scope, input, name: 'keys' },
      100,
      (after, limit) => selectKeys(database, scope, { after, limit }),
      ({ keyId }) => keyId,
    );
    return { Keys: rows.map(({ keyId }) => ({ KeyId: keyId, KeyArn: keyArn({ ...scope, keyId }) })), ...rest };
  };
}

export function enableKeyOperation(context: KmsContext): Handler<EnableKeyCommand> {
  return async ({ KeyId }, { scope }) => {
    await setEnabled(context, await findKeyItself(context.database, scope, KeyId), true);
    return {};
  };
}

export function disableKeyOperation(context: KmsContext): Handler<DisableKeyCommand> {
  return async ({ KeyId }, { scope }) => {
    await setEnabled(context, await findKeyItself(context.database, scope, KeyId), false);
    return {};
  };
}

export function scheduleKeyDeletionOperation(context: KmsContext): Handler<ScheduleKeyDeletionCommand> {
  return async ({ KeyId, PendingWindowInDays: days = DEFAULT_WINDOW_DAYS }, { scope }) => {
    const key = await findKeyItself(context.database, scope, KeyId);
    checkWindow(days);
    const { state, deletionAt } = await scheduleDeletion(context, key, days);
    return {
      KeyId: keyArn(key),
      ...(deletionAt && { DeletionDate: deletionAt }),
      KeyState: state,
      PendingWindowInDays: days,
    };
  };
}

export function cancelKeyDeletionOperation(context: KmsContext): Handler<CancelKeyDeletionCommand> {
  return async ({ KeyId }, { scope }) => {
    const key = await findKeyItself(context.database, scope, KeyId);
    await cancelDeletion(context, key);
    return { KeyId: keyArn(key) };
  };
}

export function updateKeyDescriptionOperation({ database }: KmsContext): Handler<UpdateKeyDescriptionCommand> {
  return async ({ KeyId, Description }, { scope }) => {
    const key = await findKeyItself(database, scope, KeyId);
    refuseManaged(key, 'Changing the description');
    refusePendingDeletion(key);
    await updateKey(database, key, ['Enabled', 'Disabled'], { description: Description });
    return {};
  };
}

function checkWindow(days: number): void {
  if (days >= 7 && days <= 30) return;
  throw new LoamError('parameter-invalid', {
    parameter: 'PendingWindowInDays',
    problem: `is ${days}`,
    allowed: '7 to 30 days',
  });
}
