import type { NamedPolicy } from '../../../access/policy/contract.ts';
import { parsePolicy } from '../../../access/policy/parse-policy.ts';
import type { Bucket } from '../object.ts';
import { type AccessControlList, privateAcl } from './acl.ts';
import type { ObjectOwnership } from './ownership.ts';
import { NOTHING_BLOCKED, type PublicAccessBlock } from './public-access.ts';

/** The ownership of buckets that were never given another one. */
const DEFAULT_OWNERSHIP: ObjectOwnership = 'BucketOwnerEnforced';

/** Who may use a bucket, as its settings say. */
export interface BucketAccess {
  readonly account: string;
  readonly policy: NamedPolicy | undefined;
  readonly ownership: ObjectOwnership;
  /** Whether access control lists count. */
  readonly listsCount: boolean;
  readonly acl: AccessControlList;
  readonly block: PublicAccessBlock;
}

const known = new WeakMap<Bucket, BucketAccess>();

/** Reads a bucket's settings once for as long as the bucket is remembered. */
export function accessOf(bucket: Bucket): BucketAccess {
  const remembered = known.get(bucket);
  if (remembered) return remembered;
  const { policy, ownership, acl, 'public-access-block': block } = bucket.settings;
  const { account, name } = bucket;
  const objectOwnership = ownership?.objectOwnership ?? DEFAULT_OWNERSHIP;
  const access: BucketAccess = {
    account,
    policy: policy && { name: `the policy of the bucket ${name}`, policy: parsePolicy(policy.text, 'resource') },
    ownership: objectOwnership,
    listsCount: objectOwnership !== DEFAULT_OWNERSHIP,
    acl: acl ?? privateAcl(account),
    block: block ?? NOTHING_BLOCKED,
  };
  known.set(bucket, access);
  return access;
}
