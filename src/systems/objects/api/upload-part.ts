import type { UploadPartCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';
import { uploadPart } from '../parts.ts';
import { partChecksum, printChecksum } from './checksums.ts';
import { printEncryption, readCustomerKey } from './encryption-headers.ts';
import { uploadPlaceOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';
import { uploadBody } from './upload-body.ts';

export function uploadPartOperation(system: ObjectSystem): Handler<UploadPartCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    const { part, upload } = await uploadPart(system, uploadPlaceOf(input), {
      partNumber: input.PartNumber,
      ...uploadBody(input),
      ...{ user: call, customerKey: readCustomerKey(input) },
      signal: call.signal,
    });
    return {
      ETag: `"${part.etag}"`,
      ...printChecksum(partChecksum(part)),
      ...printEncryption(upload.encryption, input),
    };
  };
}
