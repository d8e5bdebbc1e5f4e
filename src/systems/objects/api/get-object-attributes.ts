import type { GetObjectAttributesCommand } from '@aws-sdk/client-s3';
import type { Handler } from '../../../wire/operation.ts';
import { checksumOf } from '../copy.ts';
import { checkCustomerKey } from '../encryption/data-key.ts';
import type { FoundObject } from '../find.ts';
import { pageLimit } from '../list.ts';
import type { ObjectSystem } from '../object.ts';
import { selectParts } from '../tables/parts.ts';
import { shownVersion } from '../versioning.ts';
import { partChecksum, printChecksum } from './checksums.ts';
import { readCustomerKey } from './encryption-headers.ts';
import { partMarker } from './list-parts.ts';
import { placeOf } from './places.ts';
import { findToRead } from './read-object.ts';
import { refuseUnbuilt } from './refusals.ts';

export function getObjectAttributesOperation(system: ObjectSystem): Handler<GetObjectAttributesCommand> {
  return async (input, call) => {
    refuseUnbuilt(input);
    const found = await findToRead(system, call, placeOf(input));
    const { object } = found;
    checkCustomerKey(object, readCustomerKey(input));
    const asked = new Set<string>(input.ObjectAttributes);
    const checksum = asked.has('Checksum') ? checksumOf(object) : undefined;
    const page = { after: partMarker(input.PartNumberMarker), limit: pageLimit('x-amz-max-parts', input.MaxParts) };
    return {
      LastModified: object.modifiedAt,
      VersionId: shownVersion(found.bucket, object.versionId),
      ...(asked.has('ETag') && { ETag: object.etag }),
      ...(asked.has('StorageClass') && { StorageClass: object.storageClass as 'STANDARD' }),
      ...(asked.has('ObjectSize') && { ObjectSize: object.size }),
      ...(checksum && { Checksum: printChecksum(checksum) }),
      ...(asked.has('ObjectParts') && object.uploadId && { ObjectParts: await describeParts(system, found, page) }),
    };
  };
}

async function describeParts(
  { database }: ObjectSystem,
  { bucket, object }: FoundObject,
  { after, limit }: { after: number; limit: number },
) {
  const found = await selectParts(database, bucket, object.uploadId ?? '', { after, limit: limit + 1 });
  const parts = found.slice(0, limit);
  return {
    TotalPartsCount: object.partCount ?? parts.length,
    PartNumberMarker: String(after),
    NextPartNumberMarker: String(parts.at(-1)?.partNumber ?? 0),
    MaxParts: limit,
    IsTruncated: found.length > limit,
    Parts: parts.map((part) => ({
      PartNumber: part.partNumber,
      Size: part.size,
      ...printChecksum(partChecksum(part)),
    })),
  };
}
