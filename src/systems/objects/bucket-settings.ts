import { LoamError } from '../../core/errors.ts';
import type { AccessControlList } from './access/acl.ts';
import type { ObjectOwnership } from './access/ownership.ts';
import type { PublicAccessBlock } from './access/public-access.ts';
import type { CorsRule } from './cors.ts';
import type { DefaultEncryption } from './encryption/bucket-default.ts';
import type { LifecycleRule } from './lifecycle/rules.ts';
import type { NotificationRule, Watcher } from './notifications/configuration.ts';
import type { Bucket, ObjectSystem } from './object.ts';
import type { LockMode, Tag } from './properties.ts';
import { deleteSettingRow, upsertSetting } from './tables/bucket-settings.ts';

/** Of suspended versioning, `Suspended`: versions that are there stay, new ones are the null version. */
export interface VersioningSetting {
  readonly status: 'Enabled' | 'Suspended';
}

/** The bucket has object lock; with a default, new objects get this retention. */
export interface ObjectLockSetting {
  readonly defaultRetention?: { readonly mode: LockMode; readonly days?: number; readonly years?: number };
}

/** A document that its own operations understand. */
export type SettingDocument = { readonly [Member in string]: unknown };

/** What a bucket can be set to, by kind. Whoever builds a kind gives it the type of its document. */
export interface SettingDocuments {
  readonly versioning: VersioningSetting;
  readonly 'object-lock': ObjectLockSetting;
  /** The text of the policy, as it was put. */
  readonly policy: { readonly text: string };
  readonly acl: AccessControlList;
  /** Deleted controls leave the rule that S3 has without them, and are not shown. */
  readonly ownership: { readonly objectOwnership: ObjectOwnership; readonly deleted?: true };
  readonly 'public-access-block': PublicAccessBlock;
  readonly cors: { readonly rules: readonly CorsRule[] };
  readonly encryption: DefaultEncryption;
  readonly lifecycle: { readonly rules: readonly LifecycleRule[] };
  readonly tagging: { readonly tags: readonly Tag[] };
  readonly notification: { readonly rules: readonly NotificationRule[] };
  /** Other parts of Loam that are told of changes. */
  readonly watchers: { readonly watchers: readonly Watcher[] };
  readonly 'request-payment': { readonly payer: 'BucketOwner' | 'Requester' };
  readonly website: SettingDocument;
  readonly logging: SettingDocument;
}

export type SettingKind = keyof SettingDocuments;

/** All settings of a bucket; they come with it in one query, so reading one costs nothing. */
export type BucketSettings = { readonly [Kind in SettingKind]?: SettingDocuments[Kind] };

/**
 * Sets a bucket. This process sees it at once, others within `REMEMBERED_MS` of bucket-directory.ts.
 *
 * @throws LoamError `bucket-not-found`, `parameter-invalid` for a text with a NUL character
 * @example await putBucketSetting(system, bucket, 'request-payment', { payer: 'Requester' })
 */
export async function putBucketSetting<Kind extends SettingKind>(
  { database, buckets, clock }: ObjectSystem,
  bucket: Bucket,
  kind: Kind,
  document: SettingDocuments[Kind],
): Promise<void> {
  refuseNulInside(kind, document);
  const written = await upsertSetting(database, bucket, { kind, document, updatedAt: new Date(clock.now()) });
  buckets.forget(bucket.name);
  if (!written) throw new LoamError('bucket-not-found', { bucket: bucket.name });
}

/** Takes a setting away; one that is not there is no error. */
export async function deleteBucketSetting(
  { database, buckets }: ObjectSystem,
  bucket: Bucket,
  kind: SettingKind,
): Promise<void> {
  await deleteSettingRow(database, bucket, kind);
  buckets.forget(bucket.name);
}

// PostgreSQL's jsonb holds any text but NUL.
function refuseNulInside(kind: SettingKind, document: object): void {
  if (!JSON.stringify(document).includes('\\u0000')) return;
  throw new LoamError('parameter-invalid', {
    parameter: kind,
    problem: 'holds a NUL character',
    allowed: 'any other text',
  });
}
