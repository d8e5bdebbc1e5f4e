import type { UploadPartCopyCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';
import { copyPart } from '../parts.ts';
import { partChecksum, printChecksum } from './checksums.ts';
import { copySourceOf, uploadPlaceOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';

export function uploadPartCopyOperation(system: ObjectSystem): Handler<UploadPartCopyCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    const { part, sourceVersionId } = await copyPart(system, call.scope, uploadPlaceOf(input), {
      partNumber: input.PartNumber,
      source: copySourceOf(input),
      range: input.CopySourceRange,
      signal: call.signal,
    });
    return {
      CopySourceVersionId: sourceVersionId,
      CopyPartResult: {
        ETag: `"${part.etag}"`,
        LastModified: part.modifiedAt,
        ...printChecksum(partChecksum(part)),
      },
    };
  };
}
