import type { CompleteMultipartUploadCommand } from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import { completeUpload } from '../complete.ts';
import { writeCondition } from '../conditions.ts';
import type { ObjectSystem } from '../object.ts';
import { causeOf } from './change-cause.ts';
import { printChecksum, readChecksum } from './checksums.ts';
import { printEncryption, readCustomerKey } from './encryption-headers.ts';
import { uploadPlaceOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';

export function completeMultipartUploadOperation(system: ObjectSystem): Handler<CompleteMultipartUploadCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    const parts = (input.MultipartUpload?.Parts ?? []).map((part) => {
      refuseUnbuilt(part);
      if (part.PartNumber === undefined) throw new LoamError('batch-invalid', { problem: 'A part has no PartNumber.' });
      return { partNumber: part.PartNumber, etag: part.ETag, checksum: readChecksum(part) };
    });
    const object = await completeUpload(system, uploadPlaceOf(input), {
      parts,
      customerKey: readCustomerKey(input),
      cause: causeOf(call),
      expected: { checksum: readChecksum(input), type: input.ChecksumType, size: input.MpuObjectSize },
      condition: writeCondition({ ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch }),
    });
    const { SSECustomerAlgorithm, SSECustomerKeyMD5, ...encryption } = printEncryption(object.encryption, input);
    // The answer's model knows no customer keys.
    if (SSECustomerAlgorithm !== undefined) call.setHeader('x-amz-server-side-encryption-customer-algorithm', 'AES256');
    if (SSECustomerKeyMD5) call.setHeader('x-amz-server-side-encryption-customer-key-md5', SSECustomerKeyMD5);
    return {
      Location: `/${input.Bucket}/${encodeURIComponent(input.Key).replaceAll('%2F', '/')}`,
      Bucket: input.Bucket,
      Key: input.Key,
      ETag: `"${object.etag}"`,
      VersionId: object.versionId,
      ...encryption,
      ...printChecksum(object.checksum),
    };
  };
}
