import type { ListObjectsCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import { listObjects, positionAfterMarker } from '../list.ts';
import type { ObjectSystem } from '../object.ts';
import { printListed } from './listed-object.ts';
import { bucketOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';
import { encodeForSome, encodeNames } from './url-encoding.ts';

export function listObjectsOperation(system: ObjectSystem): Handler<ListObjectsCommand> {
  return async (input) => {
    refuseUnbuilt(input);
    const { Prefix: prefix = '', Delimiter: delimiter = '', Marker: marker = '' } = input;
    const { bucket, limit, objects, commonPrefixes, next } = await listObjects(system, bucketOf(input), {
      ...{ prefix, delimiter, limit: input.MaxKeys },
      after: positionAfterMarker(marker, { prefix, delimiter }),
    });
    const encode = encodeNames(input.EncodingType);
    return {
      Name: bucket.name,
      Prefix: encodeForSome(input.EncodingType)(prefix),
      Marker: encode(marker),
      MaxKeys: limit,
      ...(delimiter && { Delimiter: encode(delimiter) }),
      IsTruncated: next !== undefined,
      // S3 gives it only with a delimiter; without one the last key is the marker. It does no harm in both cases.
      ...(next && { NextMarker: encode(next.name) }),
      Contents: objects.map((entry) => printListed(entry, { encode, owner: bucket.account })),
      CommonPrefixes: commonPrefixes.map((name) => ({ Prefix: encode(name) })),
      EncodingType: input.EncodingType,
    };
  };
}
