import type { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import { openContent, readObject } from '../content.ts';
import type { ObjectSystem } from '../object.ts';
import { placeOf } from './places.ts';
import { checkConditions, findToRead, printObject, refuseOverrides, requestedRange } from './read-object.ts';
import { refuseUnbuilt } from './refusals.ts';

export function getObjectOperation(system: ObjectSystem): Handler<GetObjectCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    refuseOverrides(input, call);
    return readObject(
      () => findToRead(system, call, placeOf(input)),
      async (found) => {
        checkConditions(found.object, input, call);
        const range = await requestedRange(system, found, input);
        const body = await openContent(system, found, range, call);
        return body && { ...printObject(found, range, input), Body: body };
      },
    );
  };
}
