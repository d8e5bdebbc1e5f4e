import type { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';
import { createUpload } from '../uploads.ts';
import { readAlgorithm } from './checksums.ts';
import { readDescription } from './description.ts';
import { printContext, printEncryption, readEncryption } from './encryption-headers.ts';
import { ownershipOf } from './object-owner.ts';
import { readProperties } from './object-properties.ts';
import { placeOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';

export function createMultipartUploadOperation(system: ObjectSystem): Handler<CreateMultipartUploadCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    const upload = await createUpload(system, placeOf(input), {
      ...readDescription(input),
      properties: { ...readProperties(input, system.clock.now()), ...(await ownershipOf(system, input, call)) },
      ...{ encryption: readEncryption(input), user: call },
      initiator: call.principal.arn,
      algorithm: readAlgorithm(input.ChecksumAlgorithm),
      checksumType: input.ChecksumType,
    });
    return {
      Bucket: input.Bucket,
      Key: input.Key,
      UploadId: upload.uploadId,
      ...printEncryption(upload.encryption, input),
      ...printContext(upload.encryption),
      ...(upload.checksumAlgorithm && { ChecksumAlgorithm: upload.checksumAlgorithm }),
      ...(upload.checksumType && { ChecksumType: upload.checksumType }),
    };
  };
}
