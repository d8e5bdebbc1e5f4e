import { LoamError } from '../../../core/errors.ts';
import { type AccessControlList, isPrivate, privateAcl } from './acl.ts';
import { type AclInput, readAcl } from './acl-request.ts';

/**
 * Who owns what is written into a bucket, and whether access control lists count there (Amazon S3 user guide, "Controlling
 * ownership of objects"). `BucketOwnerEnforced` disables the lists: the bucket's owner owns everything in it.
 */
export const OBJECT_OWNERSHIPS = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const;
export type ObjectOwnership = (typeof OBJECT_OWNERSHIPS)[number];

export function readOwnership(name: string): ObjectOwnership {
  const found = OBJECT_OWNERSHIPS.find((one) => one === name);
  if (found) return found;
  throw new LoamError('parameter-invalid', {
    parameter: 'ObjectOwnership',
    problem: `is ${JSON.stringify(name.slice(0, 100))}`,
    allowed: OBJECT_OWNERSHIPS.join(', '),
  });
}

export interface WrittenObject {
  /** The account that owns the object. */
  readonly owner: string;
  /** Undefined where it is private to its owner, as most are. */
  readonly acl: AccessControlList | undefined;
}

const FULL_CONTROL = 'bucket-owner-full-control';

/**
 * Who owns a new object and what is granted on it.
 *
 * @param bucket its owner and its ownership rule
 * @param writer the account that writes; undefined for an unsigned request, whose object belongs to the bucket's owner
 * @throws LoamError `acl-not-supported` where lists are disabled and the request sets another than the owner's full control
 */
export function ownNewObject(
  bucket: { readonly account: string; readonly ownership: ObjectOwnership },
  writer: string | undefined,
  input: AclInput,
): WrittenObject {
  const { account: bucketOwner, ownership } = bucket;
  if (ownership === 'BucketOwnerEnforced') {
    // Older tools say `private` with every upload: of an object of their own that is what holds there anyway.
    if (input.ACL !== 'private' || writer !== bucketOwner) refuseAcl(input, bucketOwner);
    return { owner: bucketOwner, acl: undefined };
  }
  const given = ownership === 'BucketOwnerPreferred' && input.ACL === FULL_CONTROL;
  const owner = given ? bucketOwner : (writer ?? bucketOwner);
  const acl = readAcl(input, { owner, bucketOwner });
  return { owner, acl: acl && isPrivate(acl) ? undefined : acl };
}

/**
 * Where lists are disabled, a request may still say what holds there anyway: that the bucket's owner has full control.
 *
 * @throws LoamError `acl-not-supported`
 */
export function refuseAcl(input: AclInput, bucketOwner: string): void {
  if (input.ACL === FULL_CONTROL) return;
  const acl = readAcl(input, { owner: bucketOwner, bucketOwner });
  if (acl && (input.ACL !== undefined || !isPrivate(acl))) throw new LoamError('acl-not-supported', {});
}

/** The list that holds on an object: its own, or its owner's full control. */
export function aclOfObject(
  object: { readonly acl: Pick<AccessControlList, 'grants'> | null },
  owner: string,
): AccessControlList {
  return object.acl ? { owner, grants: object.acl.grants } : privateAcl(owner);
}
