import type { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Call, Handler } from '../../../wire/operation.ts';
import { openContent, type Reader, readObject } from '../content.ts';
import type { CustomerKey } from '../encryption/contract.ts';
import type { ObjectSystem } from '../object.ts';
import { readCustomerKey } from './encryption-headers.ts';
import { placeOf } from './places.ts';
import { checkConditions, findToRead, printObject, refuseOverrides, requestedRange } from './read-object.ts';
import { refuseUnbuilt } from './refusals.ts';

export function getObjectOperation(system: ObjectSystem): Handler<GetObjectCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    refuseOverrides(input, call);
    const customerKey = readCustomerKey(input);
    return readObject(
      () => findToRead(system, call, placeOf(input)),
      async (found) => {
        checkConditions(found.object, input, call);
        const range = await requestedRange(system, found, input);
        const body = await openContent(system, found, range, readerOf(call, customerKey));
        return body && { ...printObject(found, range, input), Body: body };
      },
    );
  };
}

function readerOf(call: Call, customerKey: CustomerKey | undefined): Reader {
  return {
    ...{ user: call, customerKey },
    get signal() {
      return call.signal;
    },
  };
}
