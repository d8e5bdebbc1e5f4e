import { LoamError } from '../../../core/errors.ts';
import { type AccessControlList, grantsPublicly } from './acl.ts';

/** Which forms of public access a bucket refuses (Amazon S3 user guide, "Blocking public access to your Amazon S3 storage"). */
export interface PublicAccessBlock {
  /** Requests that set a public list, on the bucket or on an object, are refused. */
  readonly blockPublicAcls: boolean;
  /** What lists grant publicly does not count. */
  readonly ignorePublicAcls: boolean;
  /** A public bucket policy is refused. */
  readonly blockPublicPolicy: boolean;
  /** What a public bucket policy grants counts only for the owner's account. */
  readonly restrictPublicBuckets: boolean;
}

export const NOTHING_BLOCKED: PublicAccessBlock = {
  blockPublicAcls: false,
  ignorePublicAcls: false,
  blockPublicPolicy: false,
  restrictPublicBuckets: false,
};

/** @throws LoamError `access-denied` where a public list is blocked */
export function refusePublicAcl(block: PublicAccessBlock, acl: AccessControlList | undefined, of: string): void {
  if (!acl || !block.blockPublicAcls || !grantsPublicly(acl)) return;
  throw new LoamError('access-denied', {
    action: 'a grant to the public, which the public access block refuses (BlockPublicAcls),',
    resource: of,
  });
}
