import type { UploadPartCopyCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import { hideMissing } from '../access/missing-key.ts';
import type { ObjectSystem } from '../object.ts';
import { copyPart } from '../parts.ts';
import { partChecksum, printChecksum } from './checksums.ts';
import { printEncryption, readCustomerKey, readSourceKey } from './encryption-headers.ts';
import { copySourceOf, uploadPlaceOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';

export function uploadPartCopyOperation(system: ObjectSystem): Handler<UploadPartCopyCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    const source = copySourceOf(input);
    const options = {
      partNumber: input.PartNumber,
      source: { ...source, customerKey: readSourceKey(input) },
      ...{ user: call, customerKey: readCustomerKey(input) },
      range: input.CopySourceRange,
      signal: call.signal,
    };
    const { part, upload, sourceVersionId } = await hideMissing(call, source.place, () =>
      copyPart(system, uploadPlaceOf(input), options),
    );
    return {
      CopySourceVersionId: sourceVersionId,
      ...printEncryption(upload.encryption, input),
      CopyPartResult: {
        ETag: `"${part.etag}"`,
        LastModified: part.modifiedAt,
        ...printChecksum(partChecksum(part)),
      },
    };
  };
}
