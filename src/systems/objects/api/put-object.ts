import type { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import { writeCondition } from '../conditions.ts';
import type { ObjectSystem } from '../object.ts';
import { putObject } from '../put.ts';
import { causeOf } from './change-cause.ts';
import { printChecksum } from './checksums.ts';
import { readDescription } from './description.ts';
import { printContext, printEncryption, readEncryption } from './encryption-headers.ts';
import { printExpiration } from './expiration.ts';
import { ownershipOf } from './object-owner.ts';
import { readProperties } from './object-properties.ts';
import { placeOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';
import { uploadBody } from './upload-body.ts';

export function putObjectOperation(system: ObjectSystem): Handler<PutObjectCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    const { body, checksum, ofForm } = uploadBody(input);
    const object = await putObject(system, placeOf(input), {
      ...readDescription(input),
      properties: { ...readProperties(input, system.clock.now()), ...(await ownershipOf(system, input, call)) },
      ...{ encryption: readEncryption(input), user: call },
      ...{ body, change: { name: ofForm ? 'ObjectCreated:Post' : 'ObjectCreated:Put', cause: causeOf(call) } },
      checksum: () => {
        const sent = checksum();
        return sent && { ...sent, type: 'FULL_OBJECT' };
      },
      condition: writeCondition({ ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch }),
      signal: call.signal,
    });
    return {
      ETag: `"${object.etag}"`,
      VersionId: object.versionId,
      ...printChecksum(object.checksum),
      ...printEncryption(object.encryption, input),
      ...printContext(object.encryption),
      ...printExpiration(await system.buckets.open(input.Bucket), object),
    };
  };
}
