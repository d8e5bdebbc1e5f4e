import type { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';
import { removeObject } from '../remove.ts';
import { placeOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';

export function deleteObjectOperation(system: ObjectSystem): Handler<DeleteObjectCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    await removeObject(system, call.scope, placeOf(input), input.IfMatch);
    return {};
  };
}
