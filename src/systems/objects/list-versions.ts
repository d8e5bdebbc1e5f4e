import { LoamError } from '../../core/errors.ts';
import { pageLimit, positionAfterMarker } from './list.ts';
import { refuseNul } from './names.ts';
import type { Bucket, ObjectSystem } from './object.ts';
import type { Place } from './put.ts';
import { type ListedVersion, selectVersions } from './tables/version-listing.ts';
import { checkVersionId } from './versioning.ts';

export interface VersionsQuery {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  readonly keyMarker: string;
  /** Of the key marker's versions, the older ones come too. */
  readonly versionMarker: string | undefined;
  readonly limit: number | undefined;
}

export interface VersionsListing {
  readonly bucket: Bucket;
  readonly limit: number;
  readonly versions: readonly ListedVersion[];
  readonly commonPrefixes: readonly string[];
  /** The last entry, when there are more. */
  readonly next: { readonly key: string; readonly versionId: string | undefined } | undefined;
}

/**
 * One page of a bucket's versions and delete markers: by key, the newest first.
 *
 * @throws LoamError `bucket-not-found`, `access-denied`, `parameter-invalid`
 */
export async function listVersions(
  { database, buckets }: ObjectSystem,
  place: Omit<Place, 'key'>,
  query: VersionsQuery,
): Promise<VersionsListing> {
  const limit = pageLimit('max-keys', query.limit);
  const { prefix, delimiter, keyMarker, versionMarker } = query;
  for (const [parameter, text] of Object.entries({ prefix, delimiter, keyMarker })) refuseNul(parameter, text);
  checkMarkers(keyMarker, versionMarker);
  const bucket = await buckets.confirm(place.bucket, place.expectedOwner);
  const position = versionMarker
    ? { after: keyMarker, afterVersion: versionMarker }
    : { after: positionAfterMarker(keyMarker, { prefix, delimiter }), afterVersion: null };
  const page = { prefix, delimiter, ...position, limit: limit + 1 };
  const found = limit === 0 ? [] : await selectVersions(database, bucket, page);
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    bucket,
    limit,
    versions: shown.filter(({ commonPrefix }) => commonPrefix === null),
    commonPrefixes: shown.flatMap(({ commonPrefix }) => commonPrefix ?? []),
    next: last && (last.commonPrefix === null ? last : { key: last.commonPrefix, versionId: undefined }),
  };
}

function checkMarkers(keyMarker: string, versionMarker: string | undefined): void {
  if (!versionMarker) return;
  if (keyMarker === '') {
    throw new LoamError('parameter-invalid', {
      parameter: 'version-id-marker',
      problem: 'cannot be specified without a key marker',
      allowed: 'both, or a key marker alone',
    });
  }
  checkVersionId(versionMarker);
}
