import type { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';
import { listUploads } from '../uploads.ts';
import { initiatorOf, ownerOf } from './owner.ts';
import { bucketOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';
import { encodeNames } from './url-encoding.ts';

export function listMultipartUploadsOperation(system: ObjectSystem): Handler<ListMultipartUploadsCommand> {
  return async (input) => {
    refuseUnbuilt(input);
    const { Prefix: prefix = '', Delimiter: delimiter = '', KeyMarker: keyMarker = '' } = input;
    const listing = await listUploads(system, bucketOf(input), {
      ...{ prefix, delimiter, keyMarker },
      uploadIdMarker: input.UploadIdMarker,
      limit: input.MaxUploads,
    });
    const { bucketOwner, limit, uploads, commonPrefixes, next } = listing;
    const encode = encodeNames(input.EncodingType);
    return {
      Bucket: input.Bucket,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: input.UploadIdMarker ?? '',
      ...(next && { NextKeyMarker: encode(next.key), NextUploadIdMarker: next.uploadId ?? '' }),
      Prefix: encode(prefix),
      ...(delimiter && { Delimiter: encode(delimiter) }),
      MaxUploads: limit,
      IsTruncated: next !== undefined,
      Uploads: uploads.map((upload) => ({
        UploadId: upload.uploadId,
        Key: encode(upload.key),
        Initiated: upload.initiatedAt,
        StorageClass: upload.storageClass as 'STANDARD',
        Owner: ownerOf(upload.owner ?? bucketOwner),
        Initiator: initiatorOf(upload.initiator),
        ...(upload.checksumAlgorithm && { ChecksumAlgorithm: upload.checksumAlgorithm }),
        ...(upload.checksumType && { ChecksumType: upload.checksumType }),
      })),
      CommonPrefixes: commonPrefixes.map((name) => ({ Prefix: encode(name) })),
      EncodingType: input.EncodingType,
    };
  };
}
