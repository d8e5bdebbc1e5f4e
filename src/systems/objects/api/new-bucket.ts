import { LoamError } from '../../../core/errors.ts';
import { isPrivate } from '../access/acl.ts';
import { type AclInput, readAcl } from '../access/acl-request.ts';
import { type ObjectOwnership, readOwnership } from '../access/ownership.ts';
import type { BucketSettings } from '../bucket-settings.ts';

interface NewBucketInput extends AclInput {
  readonly ObjectOwnership?: string | undefined;
}

/**
 * What a new bucket is set to as to who may use it.
 *
 * @param usual the ownership of buckets of which the request says nothing
 * @throws LoamError `bucket-acl-in-the-way` for a list where the ownership disables them
 */
export function accessSettings(input: NewBucketInput, account: string, usual: ObjectOwnership): BucketSettings {
  const objectOwnership = input.ObjectOwnership === undefined ? usual : readOwnership(input.ObjectOwnership);
  const acl = readAcl(input, { owner: account, bucketOwner: account });
  const isSet = acl !== undefined && !isPrivate(acl);
  if (isSet && objectOwnership === 'BucketOwnerEnforced') throw new LoamError('bucket-acl-in-the-way', {});
  return {
    ...(objectOwnership !== 'BucketOwnerEnforced' && { ownership: { objectOwnership } }),
    ...(isSet && { acl }),
  };
}
