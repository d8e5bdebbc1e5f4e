import type { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import { checkCustomerKey } from '../encryption/data-key.ts';
import type { ObjectSystem } from '../object.ts';
import { readCustomerKey } from './encryption-headers.ts';
import { placeOf } from './places.ts';
import { checkConditions, findToRead, printObject, refuseOverrides, requestedRange } from './read-object.ts';
import { refuseUnbuilt } from './refusals.ts';

export function headObjectOperation(system: ObjectSystem): Handler<HeadObjectCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    refuseOverrides(input, call);
    const found = await findToRead(system, call, placeOf(input));
    checkCustomerKey(found.object, readCustomerKey(input));
    checkConditions(found.object, input, call);
    return printObject(found, await requestedRange(system, found, input), input);
  };
}
