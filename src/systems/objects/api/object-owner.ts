import type { Call } from '../../../wire/operation.ts';
import type { AclInput } from '../access/acl-request.ts';
import { accessOf } from '../access/bucket-access.ts';
import { ownNewObject } from '../access/ownership.ts';
import { refusePublicAcl } from '../access/public-access.ts';
import type { ObjectSystem } from '../object.ts';
import type { ObjectProperties } from '../properties.ts';

interface WritingInput extends AclInput {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

/**
 * Whose the object is that a request makes, and who else may use it: properties for `putObject`, `copyObject` and
 * `createUpload`.
 *
 * @throws LoamError `bucket-not-found`, `acl-not-supported`, `access-denied` where a public list is blocked, and what is wrong
 * with the list
 */
export async function ownershipOf(
  { buckets }: ObjectSystem,
  input: WritingInput,
  { principal }: Pick<Call, 'principal'>,
): Promise<Pick<ObjectProperties, 'owner' | 'acl'>> {
  const bucket = await buckets.open(input.Bucket, input.ExpectedBucketOwner);
  const rules = accessOf(bucket);
  const writer = principal.type === 'anonymous' ? undefined : principal.account;
  const { owner, acl } = ownNewObject(rules, writer, input);
  refusePublicAcl(rules.block, acl, 'the object');
  return { owner: owner === bucket.account ? null : owner, acl: acl ?? null };
}
