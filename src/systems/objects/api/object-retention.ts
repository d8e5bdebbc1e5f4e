import type {
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Call, Handler } from '../../../wire/operation.ts';
import type { ObjectSystem, StoredObject } from '../object.ts';
import { putLegalHold, putRetention, requireObjectLock } from '../object-lock.ts';
import type { Place } from '../put.ts';
import { readRetention } from './object-lock.ts';
import { placeOf } from './places.ts';
import { findToRead } from './read-object.ts';
import { refuseUnbuilt } from './refusals.ts';

export function getObjectRetentionOperation(system: ObjectSystem): Handler<GetObjectRetentionCommand> {
  return async (input, call) => {
    const { lockMode, retainUntil } = await findLockable(system, call, placeOf(input));
    if (!lockMode || !retainUntil) throw new LoamError('retention-not-found', { key: input.Key });
    return { Retention: { Mode: lockMode, RetainUntilDate: retainUntil } };
  };
}

export function putObjectRetentionOperation(system: ObjectSystem): Handler<PutObjectRetentionCommand> {
  return async (input) => {
    refuseUnbuilt(input);
    const retention = readRetention(input.Retention, system.clock.now());
    const remover = { bypassGovernance: input.BypassGovernanceRetention === true };
    await putRetention(system, placeOf(input), retention, remover);
    return {};
  };
}

export function getObjectLegalHoldOperation(system: ObjectSystem): Handler<GetObjectLegalHoldCommand> {
  return async (input, call) => {
    const { legalHold } = await findLockable(system, call, placeOf(input));
    return { LegalHold: { Status: legalHold ? 'ON' : 'OFF' } };
  };
}

export function putObjectLegalHoldOperation(system: ObjectSystem): Handler<PutObjectLegalHoldCommand> {
  return async (input) => {
    refuseUnbuilt(input);
    const status = input.LegalHold?.Status;
    if (status !== 'ON' && status !== 'OFF') {
      throw new LoamError('batch-invalid', { problem: 'The Status of a LegalHold is ON or OFF.' });
    }
    await putLegalHold(system, placeOf(input), status === 'ON');
    return {};
  };
}

async function findLockable(system: ObjectSystem, call: Call, place: Place): Promise<StoredObject> {
  requireObjectLock(await system.buckets.open(place.bucket, place.expectedOwner));
  return (await findToRead(system, call, place)).object;
}
