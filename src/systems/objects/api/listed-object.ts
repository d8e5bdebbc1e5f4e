import type { ListedEntry } from '../tables/listing.ts';
import { ownerOf } from './owner.ts';

/** A line of a listing of objects. */
export function printListed(
  entry: ListedEntry,
  { encode, owner }: { encode: (name: string) => string; owner?: string },
) {
  const { key, size, etag, modifiedAt, checksumAlgorithm, checksumType } = entry;
  return {
    Key: encode(key),
    LastModified: modifiedAt,
    ETag: `"${etag}"`,
    Size: size,
    StorageClass: entry.storageClass as 'STANDARD',
    ...(checksumAlgorithm && { ChecksumAlgorithm: [checksumAlgorithm] }),
    ...(checksumType && { ChecksumType: checksumType }),
    ...(owner && { Owner: ownerOf(entry.owner ?? owner) }),
  };
}
