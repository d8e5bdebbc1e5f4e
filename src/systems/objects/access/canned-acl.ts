import { LoamError } from '../../../core/errors.ts';
import type { AccessControlList, AclPermission, Grant, Grantee } from './acl.ts';

const EVERYBODY: Grantee = { group: 'AllUsers' };
const SIGNED: Grantee = { group: 'AuthenticatedUsers' };
const LOG_DELIVERY: Grantee = { group: 'LogDelivery' };

/** The account whose virtual machines `aws-exec-read` lets read an image: Amazon EC2, which Loam does not have. */
const EC2_ACCOUNT = '679593333241';

interface Owners {
  /** The account that owns what the list is for. */
  readonly owner: string;
  readonly bucketOwner: string;
}

/** What each canned list grants beside full control of the owner (Amazon S3 user guide, "Canned ACL"). */
const CANNED: Readonly<Record<string, (owners: Owners) => readonly Grant[]>> = {
  private: () => [],
  'public-read': () => [grant(EVERYBODY, 'READ')],
  'public-read-write': () => [grant(EVERYBODY, 'READ'), grant(EVERYBODY, 'WRITE')],
  'authenticated-read': () => [grant(SIGNED, 'READ')],
  'aws-exec-read': () => [grant({ account: EC2_ACCOUNT }, 'READ')],
  'log-delivery-write': () => [grant(LOG_DELIVERY, 'WRITE'), grant(LOG_DELIVERY, 'READ_ACP')],
};

/** Those of objects alone; a bucket takes them and they mean `private` there. */
const CANNED_OF_OBJECTS: typeof CANNED = {
  'bucket-owner-read': (owners) => toBucketOwner(owners, 'READ'),
  'bucket-owner-full-control': (owners) => toBucketOwner(owners, 'FULL_CONTROL'),
};

/** @throws LoamError `parameter-invalid` for a name that is none */
export function cannedAcl(name: string, owners: Owners): AccessControlList {
  const grants = Object.hasOwn(CANNED, name) ? CANNED[name] : undefined;
  const ofObjects = Object.hasOwn(CANNED_OF_OBJECTS, name) ? CANNED_OF_OBJECTS[name] : undefined;
  const more = grants ?? ofObjects;
  if (!more) {
    throw new LoamError('parameter-invalid', {
      parameter: 'x-amz-acl',
      problem: `is ${JSON.stringify(name.slice(0, 100))}`,
      allowed: [...Object.keys(CANNED), ...Object.keys(CANNED_OF_OBJECTS)].join(', '),
    });
  }
  const { owner } = owners;
  return { owner, grants: [...more(owners), grant({ account: owner }, 'FULL_CONTROL')] };
}

function toBucketOwner({ owner, bucketOwner }: Owners, permission: AclPermission): readonly Grant[] {
  return owner === bucketOwner ? [] : [grant({ account: bucketOwner }, permission)];
}

function grant(grantee: Grantee, permission: AclPermission): Grant {
  return { grantee, permission };
}
