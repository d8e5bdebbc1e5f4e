import type { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';
import { abortUpload } from '../uploads.ts';
import { uploadPlaceOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';

export function abortMultipartUploadOperation(system: ObjectSystem): Handler<AbortMultipartUploadCommand> {
  return async (input, call) => {
    const { IfMatchInitiatedTime, ...rest } = input;
    refuseUnbuilt({ ...rest, IfMatchLastModifiedTime: IfMatchInitiatedTime });
    await abortUpload(system, call.scope, uploadPlaceOf(input));
    return {};
  };
}
