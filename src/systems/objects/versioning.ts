import { LoamError } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import { type Bucket, NULL_VERSION } from './object.ts';

/** 32 characters as text. */
const VERSION_ID_BYTES = 24;
const VERSION_ID = /^[A-Za-z0-9_-]{32}$/;

/** Whether answers speak of versions: in buckets that keep them or once did. */
export function hasVersions({ settings }: Bucket): boolean {
  return settings.versioning !== undefined;
}

/** The id of a version about to be written: a new one where versions are kept, otherwise that of the null version. */
export function nextVersionId({ settings }: Bucket, ids: Ids): string {
  return settings.versioning?.status === 'Enabled' ? ids.bytes(VERSION_ID_BYTES).toString('base64url') : NULL_VERSION;
}

/** The version id that an answer carries: none where the bucket never kept versions. */
export function shownVersion(bucket: Bucket, versionId: string): string | undefined {
  return hasVersions(bucket) ? versionId : undefined;
}

/** The version id that the answer to a write carries: none where it became the null version. */
export function writtenVersion(versionId: string): string | undefined {
  return versionId === NULL_VERSION ? undefined : versionId;
}

/** @throws LoamError `parameter-invalid` for what no version is ever named */
export function checkVersionId(versionId: string): void {
  if (versionId === NULL_VERSION || VERSION_ID.test(versionId)) return;
  throw new LoamError('parameter-invalid', {
    parameter: 'versionId',
    problem: 'is no version id',
    allowed: 'null, or one that an answer gave',
  });
}
