import type { ListPartsCommand } from '@aws-sdk/client-s3';
import { LoamError } from '../../../core/errors.ts';
import type { Handler } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';
import { listParts } from '../uploads.ts';
import { partChecksum, printChecksum } from './checksums.ts';
import { initiatorOf, ownerOf } from './owner.ts';
import { uploadPlaceOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';

export function listPartsOperation(system: ObjectSystem): Handler<ListPartsCommand> {
  return async (input) => {
    refuseUnbuilt(input);
    const after = partMarker(input.PartNumberMarker);
    const query = { after, limit: input.MaxParts };
    const page = await listParts(system, uploadPlaceOf(input), query);
    const { bucketOwner, upload, limit, parts, isTruncated } = page;
    return {
      Bucket: input.Bucket,
      Key: upload.key,
      UploadId: upload.uploadId,
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(parts.at(-1)?.partNumber ?? 0),
      MaxParts: limit,
      IsTruncated: isTruncated,
      Parts: parts.map((part) => ({
        PartNumber: part.partNumber,
        LastModified: part.modifiedAt,
        ETag: `"${part.etag}"`,
        Size: part.size,
        ...printChecksum(partChecksum(part)),
      })),
      Owner: ownerOf(upload.owner ?? bucketOwner),
      Initiator: initiatorOf(upload.initiator),
      StorageClass: upload.storageClass as 'STANDARD',
      ...(upload.checksumAlgorithm && { ChecksumAlgorithm: upload.checksumAlgorithm }),
      ...(upload.checksumType && { ChecksumType: upload.checksumType }),
    };
  };
}

/** @throws LoamError `parameter-invalid` */
export function partMarker(text: string | undefined): number {
  const marker = Number(text ?? 0);
  if (Number.isInteger(marker) && marker >= 0 && marker <= 2 ** 31 - 1) return marker;
  throw new LoamError('parameter-invalid', {
    parameter: 'part-number-marker',
    problem: `is ${text}`,
    allowed: 'a part number',
  });
}
