import type { Access } from '../../../access/policy/contract.ts';
import { LoamError } from '../../../core/errors.ts';
import type { Call } from '../../../wire/operation.ts';
import type { Place } from '../put.ts';
import { objectArn } from './resources.ts';

/**
 * A copy takes the tags of its source with it: who copies must be allowed to read them there and to set them here (Amazon S3
 * API reference, "CopyObject"). Whether there are any is known only once the source is found.
 *
 * @throws LoamError `access-denied`
 */
export async function requireTagging(
  call: Pick<Call, 'may' | 'principal'>,
  source: Place,
  target: Place,
): Promise<void> {
  const reading = source.versionId === undefined ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging';
  const accesses: readonly Access[] = [
    { action: reading, resource: objectArn(source.bucket, source.key), keys: { 's3:VersionId': source.versionId } },
    { action: 's3:PutObjectTagging', resource: objectArn(target.bucket, target.key) },
  ];
  for (const access of accesses) {
    if (await call.may(access)) continue;
    const { action, resource } = access;
    throw new LoamError('access-denied', { action, resource, caller: call.principal.arn });
  }
}
