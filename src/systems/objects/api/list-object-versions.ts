import type { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import { listVersions } from '../list-versions.ts';
import type { ObjectSystem } from '../object.ts';
import type { ListedVersion } from '../tables/version-listing.ts';
import { ownerOf } from './owner.ts';
import { bucketOf } from './places.ts';
import { refuseUnbuilt } from './refusals.ts';
import { encodeNames } from './url-encoding.ts';

export function listObjectVersionsOperation(system: ObjectSystem): Handler<ListObjectVersionsCommand> {
  return async (input) => {
    refuseUnbuilt(input);
    const { Prefix: prefix = '', Delimiter: delimiter = '', KeyMarker: keyMarker = '' } = input;
    const { bucket, limit, versions, commonPrefixes, next } = await listVersions(system, bucketOf(input), {
      ...{ prefix, delimiter, keyMarker },
      versionMarker: input.VersionIdMarker,
      limit: input.MaxKeys,
    });
    const encode = encodeNames(input.EncodingType);
    const print = (version: ListedVersion) => printVersion(version, { encode, owner: version.owner ?? bucket.account });
    return {
      Name: bucket.name,
      Prefix: encode(prefix),
      KeyMarker: encode(keyMarker),
      VersionIdMarker: input.VersionIdMarker ?? '',
      ...(next && { NextKeyMarker: encode(next.key), NextVersionIdMarker: next.versionId }),
      ...(delimiter && { Delimiter: encode(delimiter) }),
      MaxKeys: limit,
      IsTruncated: next !== undefined,
      Versions: versions
        .filter(({ deleteMarker }) => !deleteMarker)
        .map((version) => ({ ...print(version), ...printContent(version) })),
      DeleteMarkers: versions.filter(({ deleteMarker }) => deleteMarker).map(print),
      CommonPrefixes: commonPrefixes.map((name) => ({ Prefix: encode(name) })),
      EncodingType: input.EncodingType,
    };
  };
}

function printVersion(
  { key, versionId, isLatest, modifiedAt }: ListedVersion,
  { encode, owner }: { encode: (name: string) => string; owner: string },
) {
  return {
    Key: encode(key),
    VersionId: versionId,
    IsLatest: isLatest,
    LastModified: modifiedAt,
    Owner: ownerOf(owner),
  };
}

function printContent({ etag, size, storageClass, checksumAlgorithm, checksumType }: ListedVersion) {
  return {
    ETag: `"${etag}"`,
    Size: size,
    StorageClass: storageClass as 'STANDARD',
    ...(checksumAlgorithm && { ChecksumAlgorithm: [checksumAlgorithm] }),
    ...(checksumType && { ChecksumType: checksumType }),
  };
}
