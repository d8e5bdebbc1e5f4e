import type { ChecksumAlgorithm } from '../../../core/checksums.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { Bucket, ChecksumType } from '../object.ts';
import { CEILING, endOfPrefix } from './listing.ts';

/** One line of a listing of versions: a version or delete marker, or a common prefix of keys. */
export interface ListedVersion {
  readonly key: string;
  readonly versionId: string;
  /** Set when the entry is a common prefix; the other members are then those of its first key. */
  readonly commonPrefix: string | null;
  readonly isLatest: boolean;
  readonly deleteMarker: boolean;
  readonly size: number;
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly owner: string | null;
  readonly storageClass: string;
  readonly checksumAlgorithm: ChecksumAlgorithm | null;
  readonly checksumType: ChecksumType | null;
}

export interface VersionPage {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** Keys come after this text, in the order of UTF-8 bytes. */
  readonly after: string;
  /** Of the key `after`, the older versions come first; null for none. */
  readonly afterVersion: string | null;
  readonly limit: number;
}

// How far the first delimiter after the prefix reaches into the key, in characters; nothing without a delimiter.
const REACH = `nullif(strpos(substr(o.key, char_length(:prefix::text) + 1), nullif(:delimiter::text, '')), 0)`;
const ENTRY = `select o.key, o.version_id, o.sequence, o.is_latest, o.delete_marker, o.size, o.etag, o.modified_at,
    o.owner, o.storage_class, o.checksum_algorithm, o.checksum_type,
    left(o.key, char_length(:prefix::text) + ${REACH} - 1 + char_length(:delimiter::text)) as common_prefix
  from objects o where o.account = :account and o.region = :region and o.bucket = :bucket`;

const NEXT_KEY = `and o.is_latest and o.key >= :prefix::text and o.key <= :last::text`;

// Of the marker's key, what is older than the marker. A marker that was deleted since tells nothing: then all of its key come,
// as most often they were deleted page by page.
const MARKER = `select coalesce((
    select sequence from objects where account = :account and region = :region and bucket = :bucket
      and key = :after and version_id = :afterVersion
  ), 9223372036854775807) as sequence where :afterVersion::text is not null`;

// Each entry is one step: the next older version of the key, or else the latest of the next key, whichever is there. A common
// prefix is passed over in one step, however many keys it stands for.
const LISTING = `with recursive marker as (${MARKER}), entries as (
    (select 1 as number, e.* from (
      (select 1 as arm, f.* from marker m cross join lateral (
        ${ENTRY} and o.key = :after and o.key >= :prefix::text and o.is_latest and o.sequence < m.sequence
      ) f)
      union all
      (select 2, f.* from marker m cross join lateral (
        ${ENTRY} and o.key = :after and o.key >= :prefix::text and not o.is_latest and o.sequence < m.sequence
        order by o.sequence desc limit 1
      ) f)
      union all
      (select 3, f.* from (${ENTRY} ${NEXT_KEY} and o.key > :after::text order by o.key limit 1) f)
      order by arm limit 1
    ) e)
    union all
    select l.number + 1, e.* from entries l cross join lateral (
      (select 1 as arm, f.* from (
        ${ENTRY} and l.common_prefix is null and o.key = l.key and not o.is_latest and o.sequence < l.sequence
        order by o.sequence desc limit 1
      ) f)
      union all
      (select 2, f.* from (
        ${ENTRY} ${NEXT_KEY} and o.key > coalesce(l.common_prefix || :ceiling::text, l.key) order by o.key limit 1
      ) f)
      -- The arms run one after the other, so the second only where the first gives nothing: half the work of sorting them.
      limit 1
    ) e
    where l.number < :limit
  )
  select key, version_id as "versionId", common_prefix as "commonPrefix", is_latest as "isLatest",
    delete_marker as "deleteMarker", size, etag, modified_at as "modifiedAt", owner, storage_class as "storageClass",
    checksum_algorithm as "checksumAlgorithm", checksum_type as "checksumType"
  from entries order by number`;

/** The next entries of a listing of versions: by key, the newest first. */
export function selectVersions(statements: Statements, bucket: Bucket, page: VersionPage): Promise<ListedVersion[]> {
  const bounds = { last: endOfPrefix(page.prefix), ceiling: CEILING };
  return statements.query<ListedVersion>(bucket, LISTING, { ...page, ...bounds, bucket: bucket.name });
}
