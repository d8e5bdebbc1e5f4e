import type { Access, ConditionKeys, NamedPolicy, Policy, ResourceGuard } from '../../../access/policy/contract.ts';
import type { Principal } from '../../../access/principal.ts';
import type { Asking, Guard } from '../../../wire/operation.ts';
import type { Bucket, ObjectSystem, StoredObject } from '../object.ts';
import { selectObject } from '../tables/objects.ts';
import { selectUpload } from '../tables/uploads.ts';
import { describeGrant, findGrant } from './acl.ts';
import { type AclQuestion, aclQuestion, isSharingWhileMaking } from './acl-actions.ts';
import { accessOf, type BucketAccess } from './bucket-access.ts';
import type { HeldOwners } from './held-owners.ts';
import { aclOfObject } from './ownership.ts';
import { readArn } from './resources.ts';

type Input = Readonly<Record<string, unknown>>;

interface Question {
  readonly access: Access;
  readonly asking: Asking;
  readonly input: Input;
  readonly bucket: Bucket;
  readonly key: string | undefined;
}

/** So that nobody can lock an account out of its own bucket for good (Amazon S3 API reference, "PutBucketPolicy"). */
const ALWAYS_OF_ROOT: ReadonlySet<string> = new Set([
  's3:GetBucketPolicy',
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
]);

/**
 * What a bucket and its objects say of who may use them: the owner, the policy, the grants of access control lists, and
 * whether public access is blocked. It costs no query where the bucket is remembered, lists are disabled and no policy asks
 * for the tags of objects: where they do, the object is looked up.
 */
export function createGuard(system: ObjectSystem, owners: Pick<HeldOwners, 'note'>): Guard {
  return async (access, asking, input) => {
    if (access.action.startsWith('kms:')) return system.keys?.guard({ access, ...asking });
    const named = readArn(access.resource);
    if (!named || asking.operation === 'CreateBucket') return undefined;
    const bucket = await system.buckets.open(named.bucket);
    owners.note(input, bucket);
    return guardOf(system, { access, asking, input, bucket, key: named.key });
  };
}

async function guardOf(system: ObjectSystem, question: Question): Promise<ResourceGuard> {
  const { access, asking, bucket } = question;
  const rules = accessOf(bucket);
  const needsTags = question.key !== undefined && asksForTags(rules.policy, asking.principal);
  const about = aclQuestion(access.action, asking.operation);
  const ofObject = rules.listsCount && about.of === 'object';
  const object = needsTags || ofObject ? await findPresent(system, question) : undefined;
  const owner = ofObject ? (object?.owner ?? bucket.account) : bucket.account;
  const policy = policyFor(rules, question, owner);
  const grant = rules.listsCount ? grantIn(rules, about, { object, owner, principal: asking.principal }) : undefined;
  const grounds = grant ?? sharingGrant(question) ?? (await initiatorGrant(system, question));
  return {
    account: owner,
    keys: { 's3:ResourceAccount': owner, 'aws:ResourceAccount': owner, ...(needsTags && tagKeys(object)) },
    ...(policy && { policy }),
    ...(grounds !== undefined && { grant: grounds }),
    ...(rules.block.restrictPublicBuckets && { restrictPublic: true }),
  };
}

function policyFor({ policy }: BucketAccess, { access, asking, bucket }: Question, owner: string) {
  if (!policy) return undefined;
  const { type, account } = asking.principal;
  const isOwnRoot = type === 'root' && account === bucket.account;
  if (isOwnRoot && ALWAYS_OF_ROOT.has(access.action)) return undefined;
  // What belongs to somebody else the bucket's owner may withhold, but not give away.
  return owner === bucket.account ? policy : onlyDenials(policy);
}

function onlyDenials({ name, policy }: NamedPolicy): NamedPolicy {
  const statements = policy.statements.filter(({ effect }) => effect === 'Deny');
  const compiled = policy.compiled.filter(({ statement }) => statement.effect === 'Deny');
  return { name, policy: { ...policy, statements, compiled } };
}

interface GrantSearch {
  readonly object: StoredObject | undefined;
  readonly owner: string;
  readonly principal: Principal;
}

function grantIn(rules: BucketAccess, { of, permission }: AclQuestion, search: GrantSearch): string | undefined {
  const { object, owner, principal } = search;
  if (!permission || (of === 'object' && !object)) return undefined;
  const list = object && of === 'object' ? aclOfObject(object, owner) : rules.acl;
  const grant = findGrant(list, principal, permission, { ignorePublic: rules.block.ignorePublicAcls });
  return grant && describeGrant(grant, of);
}

/** Whom the bucket lets write an object it lets say who else may use it: S3's example policies allow `s3:PutObject` alone. */
function sharingGrant({ access, asking }: Question): string | undefined {
  const isSharing = isSharingWhileMaking(access.action, asking.operation);
  return isSharing ? 'who may write an object may say who else may use it' : undefined;
}

const OF_INITIATOR: ReadonlySet<string> = new Set(['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts']);

/** Who began an upload in another account's bucket may look at it and end it. */
async function initiatorGrant(system: ObjectSystem, question: Question): Promise<string | undefined> {
  const { access, asking, input, bucket, key } = question;
  const { principal } = asking;
  if (!OF_INITIATOR.has(access.action) || key === undefined || principal.type === 'anonymous') return undefined;
  if (principal.account === bucket.account || typeof input.UploadId !== 'string') return undefined;
  const name = { uploadId: input.UploadId, key };
  if (`${name.uploadId}${key}`.includes('\0')) return undefined;
  const upload = await selectUpload(system.database, bucket, name);
  return upload?.initiator === principal.arn ? 'the caller began the upload' : undefined;
}

async function findPresent({ database }: ObjectSystem, { access, bucket, key }: Question) {
  const version = access.keys?.['s3:VersionId'];
  // No row can hold it, and the database would refuse the text.
  if (key === undefined || `${key}${String(version ?? '')}`.includes('\0')) return undefined;
  const object = await selectObject(database, bucket, key, typeof version === 'string' ? version : undefined);
  return object?.deleteMarker ? undefined : object;
}

function tagKeys(object: StoredObject | undefined): ConditionKeys {
  return Object.fromEntries((object?.tags ?? []).map(({ key, value }) => [`s3:ExistingObjectTag/${key}`, value]));
}

const tagPolicies = new WeakMap<Policy, boolean>();

/** Whether the bucket's policy or one of the caller's has something to say about the tags of an object. */
function asksForTags(policy: NamedPolicy | undefined, { policies }: Principal): boolean {
  if (policy && mentionsTags(policy.policy)) return true;
  if (!policies) return false;
  const { identity, boundary, session = [] } = policies;
  return [...identity, ...session, ...(boundary ? [boundary] : [])].some((one) => mentionsTags(one.policy));
}

function mentionsTags(policy: Policy): boolean {
  const known = tagPolicies.get(policy);
  if (known !== undefined) return known;
  const mentions = /s3:ExistingObjectTag/i.test(JSON.stringify(policy.statements));
  tagPolicies.set(policy, mentions);
  return mentions;
}
