import type { ChecksumAlgorithm } from '../../core/checksums.ts';
import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';
import type { PageTokens } from '../../core/paging.ts';
import type { Database } from '../../storage/database/contract.ts';
import type { ObjectStore } from '../../storage/objects/contract.ts';
import type { ObjectOwnership } from './access/ownership.ts';
import type { BucketDirectory } from './bucket-directory.ts';
import type { BucketSettings } from './bucket-settings.ts';
import type { ObjectKeys } from './encryption/contract.ts';
import type { Leases } from './leases.ts';
import type { EventName } from './notifications/configuration.ts';
import type { ChangeCause } from './notifications/record-changes.ts';
import type { ObjectCache } from './object-cache.ts';
import type { ObjectProperties } from './properties.ts';

/** What every verb of this system stands on. */
export interface ObjectSystem {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly pageTokens: PageTokens;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly buckets: BucketDirectory;
  readonly leases: Leases;
  /** To be told of every object that was changed, before the change is answered. */
  readonly cache: ObjectCache;
  /** From ARNs of destinations of events to addresses. */
  readonly notificationTargets?: Readonly<Record<string, string>> | undefined;
  /** Absent where nothing is encrypted. */
  readonly keys?: ObjectKeys | undefined;
  /** Of new buckets of which their creator says nothing. */
  readonly bucketOwnership: ObjectOwnership;
}

/** A bucket is a scope: the account and region it lives in are those of all that it holds. */
export interface ListedBucket {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** A bucket with its settings, as requests see it. */
export interface Bucket extends ListedBucket {
  readonly settings: BucketSettings;
}

/** The headers that an uploader sets and every reader gets back. */
export interface ObjectHeaders {
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  /** ISO 8601. */
  readonly expires?: string;
}

/** What an uploader says about an object beside its bytes. */
export interface Description {
  readonly headers: ObjectHeaders;
  /** Names in lower case, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** FULL_OBJECT is over all bytes; COMPOSITE is over the checksums of the parts, and ends in `-<number of parts>`. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** Base64. */
  readonly value: string;
}

/** Where the bytes of an object are: in its row, in the store under one id, or in the parts of a finished upload. */
export type Content =
  | { readonly inlineBytes: Buffer }
  | { readonly bytesId: string }
  | { readonly uploadId: string; readonly partCount: number };

/** The id of the one version that a bucket without versioning keeps, and one of suspended versioning writes. */
export const NULL_VERSION = 'null';

/** How an object may come to be. */
export type CreationName = Extract<EventName, `ObjectCreated:${string}`>;

/** An object as it is written. The version it becomes is decided by its bucket when it is. */
export interface NewObject extends Description, ObjectProperties {
  readonly key: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly checksum: StoredChecksum | undefined;
  readonly content: Content;
  /** How it came to be and by whom, for those who are told of changes. */
  readonly change?: { readonly name: CreationName; readonly cause: ChangeCause | undefined };
}

/** An object that was written, and the version it became. */
export interface WrittenObject extends NewObject {
  /** None where it is the null version. */
  readonly versionId: string | undefined;
}

/**
 * A version of an object as its row gives it back. Exactly one of `inlineBytes`, `bytesId` and `uploadId` is set, and none of
 * a delete marker.
 */
export interface StoredObject extends Description, ObjectProperties {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly deleteMarker: boolean;
  readonly size: number;
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly checksumAlgorithm: ChecksumAlgorithm | null;
  readonly checksumType: ChecksumType | null;
  readonly checksum: string | null;
  readonly inlineBytes: Buffer | null;
  readonly bytesId: string | null;
  readonly uploadId: string | null;
  readonly partCount: number | null;
}
