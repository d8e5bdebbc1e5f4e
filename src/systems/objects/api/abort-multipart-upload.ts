import type { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';
import { abortUpload } from '../uploads.ts';
import { uploadPlaceOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';

export function abortMultipartUploadOperation(system: ObjectSystem): Handler<AbortMultipartUploadCommand> {
  return async (input) => {
    refuseUnbuilt(input);
    await abortUpload(system, uploadPlaceOf(input), input.IfMatchInitiatedTime);
    return {};
  };
}
