import type { ChecksumAlgorithm } from '../../../core/checksums.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { Bucket, ChecksumType } from '../object.ts';

/** One line of a listing: an object, or a common prefix that stands for all keys beginning with it. */
export interface ListedEntry {
  readonly key: string;
  /** Set when the entry is a common prefix; the other members are then those of its first key. */
  readonly commonPrefix: string | null;
  readonly size: number;
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly contentType: string | null;
  readonly checksumAlgorithm: ChecksumAlgorithm | null;
  readonly checksumType: ChecksumType | null;
  readonly storageClass: string;
  /** The account that uploaded it; null is the bucket's. */
  readonly owner: string | null;
}

export interface ListingPage {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** Entries come after this text, in the order of UTF-8 bytes. */
  readonly after: string;
  readonly limit: number;
}

// Followed by this, a prefix is not less than any key that begins with it: keys have at most 1,024 bytes, and no character is
// greater than U+10FFFF.
export const CEILING = '\u{10FFFF}'.repeat(256);

/** A text after every key that begins with `prefix` and before every other key that is greater. */
export function endOfPrefix(prefix: string): string {
  return prefix + CEILING;
}

const DETAILS = `o.key, o.size, o.etag, o.modified_at as "modifiedAt", o.headers ->> 'contentType' as "contentType",
  o.checksum_algorithm as "checksumAlgorithm", o.checksum_type as "checksumType", o.storage_class as "storageClass", o.owner`;

const IN_BUCKET = `o.account = :account and o.region = :region and o.bucket = :bucket and o.key <= :last::text
  and o.is_latest and not o.delete_marker`;

const FLAT = `select ${DETAILS}, null as "commonPrefix" from objects o
  where ${IN_BUCKET} and o.key >= :prefix::text and o.key > :after::text order by o.key limit :limit`;

// How far the first delimiter after the prefix reaches into the key, in characters; 0 when there is none.
const REACH = 'strpos(substr(o.key, char_length(:prefix::text) + 1), :delimiter::text)';
const ENTRY = `select ${DETAILS},
    case when ${REACH} > 0 then
      left(o.key, char_length(:prefix::text) + ${REACH} - 1 + char_length(:delimiter::text))
    end as "commonPrefix"
  from objects o`;

// A skip scan: each entry is one descent into the index, however many keys its common prefix stands for.
const BY_DELIMITER = `with recursive entries as (
    (select 1 as number, e.* from (
      ${ENTRY} where ${IN_BUCKET} and o.key >= :prefix::text and o.key > :after::text order by o.key limit 1
    ) e)
    union all
    select l.number + 1, e.* from entries l cross join lateral (
      ${ENTRY} where ${IN_BUCKET} and o.key > coalesce(l."commonPrefix" || :ceiling::text, l.key) order by o.key limit 1
    ) e
    where l.number < :limit
  )
  select * from entries order by number`;

/** The next entries of a listing; with a delimiter, keys that share what comes before it are one entry. */
export function selectEntries(statements: Statements, bucket: Bucket, page: ListingPage): Promise<ListedEntry[]> {
  const { prefix, delimiter, after, limit } = page;
  const values = { bucket: bucket.name, prefix, after, limit, last: endOfPrefix(prefix) };
  return delimiter === ''
    ? statements.query<ListedEntry>(bucket, FLAT, values)
    : statements.query<ListedEntry>(bucket, BY_DELIMITER, { ...values, delimiter, ceiling: CEILING });
}
