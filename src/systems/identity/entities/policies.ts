import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Transaction } from '../../../storage/database/contract.ts';
import { isUniqueViolation } from '../../../storage/database/database-errors.ts';
import type { IdentityContext } from '../context.ts';
import { selectUses } from '../tables/attachments.ts';
import type { Tags } from '../tables/identities.ts';
import {
  countPolicies,
  deletePolicyRow,
  deletePolicyVersionRow,
  insertPolicy,
  insertPolicyVersion,
  lockPolicy,
  type PolicyRow,
  type PolicyVersionRow,
  selectPolicy,
  selectPolicyVersions,
  setPolicyTags,
  setPolicyVersions,
} from '../tables/policies.ts';
import { AWS_MANAGED_POLICIES, AWS_POLICIES_CREATED } from './aws-managed-policies.ts';
import { checkDocument } from './documents.ts';
import { policyNotFound, requireRoom } from './failures.ts';
import { LIMITS } from './limits.ts';
import { entityArn, makeUniqueId } from './names.ts';
import { mergeTags } from './tags.ts';

export interface NewPolicy {
  readonly name: string;
  readonly path?: string | undefined;
  readonly document: string;
  readonly description?: string | undefined;
  readonly tags?: Tags;
}

/** @throws LoamError `policy-malformed`, `entity-exists`, `entity-limit`. */
export async function createPolicy(context: IdentityContext, scope: Scope, asked: NewPolicy): Promise<PolicyRow> {
  const { database, clock, ids, changed } = context;
  const { name, path = '/', document, description, tags = {} } = asked;
  checkDocument('identity', document, LIMITS.managedPolicySize, 'PolicySize');
  const created = new Date(clock.now());
  const arn = entityArn(scope.account, 'policy', path, name);
  const row: PolicyRow = {
    ...{ arn, id: makeUniqueId(ids, 'policy'), name, path, description: description ?? null },
    ...{ defaultVersion: 1, lastVersion: 1, created, updated: created, tags: mergeTags(tags, {}) },
  };
  requireRoom('PoliciesPerAccount', LIMITS.policies, (await countPolicies(database, scope)).policies);
  await database
    .transaction(async (transaction) => {
      await insertPolicy(transaction, scope, row);
      await insertPolicyVersion(transaction, scope, { policy: arn, version: 1, document, created });
    })
    .catch((caught: unknown) => {
      if (!isUniqueViolation(caught)) throw caught;
      const message = `A policy called ${name} already exists. Duplicate names are not allowed.`;
      throw new LoamError('entity-exists', { message });
    });
  await changed();
  return row;
}

/** A policy of the account or one of AWS's. @throws LoamError `entity-not-found`. */
export async function getPolicy(
  { database }: Pick<IdentityContext, 'database'>,
  scope: Scope,
  arn: string,
): Promise<PolicyRow> {
  const row = awsPolicyRow(arn) ?? (await selectPolicy(database, scope, arn));
  if (!row) throw policyNotFound(arn);
  return row;
}

/** The newest first. @throws LoamError `entity-not-found`. */
export async function listVersions(
  { database }: Pick<IdentityContext, 'database'>,
  scope: Scope,
  arn: string,
): Promise<PolicyVersionRow[]> {
  const aws = AWS_MANAGED_POLICIES.get(arn);
  if (aws) return [{ version: 1, document: aws.document, created: AWS_POLICIES_CREATED }];
  const versions = await selectPolicyVersions(database, scope, arn);
  if (versions.length === 0) throw policyNotFound(arn);
  return versions;
}

export async function getVersion(
  context: Pick<IdentityContext, 'database'>,
  scope: Scope,
  arn: string,
  version: number | undefined,
): Promise<PolicyVersionRow> {
  const found = (await listVersions(context, scope, arn)).find((one) => one.version === version);
  if (!found) throw versionNotFound(arn, version);
  return found;
}

/** @throws LoamError `entity-limit` beyond five versions, `policy-malformed`, `entity-not-found`. */
export function createVersion(
  context: IdentityContext,
  scope: Scope,
  asked: { arn: string; document: string; setAsDefault: boolean },
): Promise<PolicyVersionRow & { isDefault: boolean }> {
  const { arn, document, setAsDefault } = asked;
  checkDocument('identity', document, LIMITS.managedPolicySize, 'PolicySize');
  return changePolicy(context, scope, arn, async (transaction, row, updated) => {
    if ((await selectPolicyVersions(transaction, scope, arn)).length >= LIMITS.versionsOfPolicy) {
      const message = `A managed policy can have up to ${LIMITS.versionsOfPolicy} versions. Before you create a new version, you must delete an existing version.`;
      throw new LoamError('entity-limit', { message });
    }
    const version = row.lastVersion + 1;
    const defaultVersion = setAsDefault ? version : row.defaultVersion;
    await insertPolicyVersion(transaction, scope, { policy: arn, version, document, created: updated });
    await setPolicyVersions(transaction, scope, { arn, defaultVersion, lastVersion: version, updated });
    return { version, document, created: updated, isDefault: setAsDefault };
  });
}

export function setDefaultVersion(context: IdentityContext, scope: Scope, arn: string, version: number | undefined) {
  return changePolicy(context, scope, arn, async (transaction, row, updated) => {
    const known = await selectPolicyVersions(transaction, scope, arn);
    const found = known.find((one) => one.version === version);
    if (!found) throw versionNotFound(arn, version);
    const { lastVersion } = row;
    await setPolicyVersions(transaction, scope, { arn, defaultVersion: found.version, lastVersion, updated });
  });
}

/** @throws LoamError `entity-in-use` for the default version. */
export function deleteVersion(context: IdentityContext, scope: Scope, arn: string, version: number | undefined) {
  return changePolicy(context, scope, arn, async (transaction, row) => {
    const known = await selectPolicyVersions(transaction, scope, arn);
    const found = known.find((one) => one.version === version);
    if (!found) throw versionNotFound(arn, version);
    if (found.version === row.defaultVersion) {
      throw new LoamError('entity-in-use', { message: 'Cannot delete the default version of a policy.' });
    }
    await deletePolicyVersionRow(transaction, scope, { policy: arn, version: found.version });
  });
}

/** @throws LoamError `entity-in-use` while it is attached, a boundary, or has versions beside the default one. */
export function deletePolicy(context: IdentityContext, scope: Scope, arn: string): Promise<void> {
  return changePolicy(context, scope, arn, async (transaction) => {
    if ((await selectUses(transaction, scope, arn)).length > 0) {
      throw new LoamError('entity-in-use', { message: 'Cannot delete a policy attached to entities.' });
    }
    if ((await selectPolicyVersions(transaction, scope, arn)).length > 1) {
      const message =
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.";
      throw new LoamError('entity-in-use', { message });
    }
    await deletePolicyRow(transaction, scope, arn);
  });
}

export function tagPolicy(
  context: IdentityContext,
  scope: Scope,
  arn: string,
  change: { add?: Tags; remove?: readonly string[] },
): Promise<void> {
  return changePolicy(context, scope, arn, (transaction, row) =>
    setPolicyTags(transaction, scope, { arn, tags: mergeTags(row.tags, change) }),
  );
}

/** Makes sure that a policy is there, and stays there while it is attached. @throws LoamError `entity-not-found`. */
export async function requireAttachable(transaction: Transaction, scope: Scope, arn: string): Promise<void> {
  if (AWS_MANAGED_POLICIES.has(arn) || (await lockPolicy(transaction, scope, arn))) return;
  throw new LoamError('entity-not-found', { message: `Policy ${arn} does not exist or is not attachable.` });
}

/** `v3` → 3; undefined for what is no version of ours. */
export function readVersionId(text: string): number | undefined {
  const digits = /^v([1-9]\d{0,8})$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function awsPolicyRow(arn: string): PolicyRow | undefined {
  const aws = AWS_MANAGED_POLICIES.get(arn);
  if (!aws) return undefined;
  const { id, name, path, description } = aws;
  const [created, updated] = [AWS_POLICIES_CREATED, AWS_POLICIES_CREATED];
  return { arn, id, name, path, description, defaultVersion: 1, lastVersion: 1, created, updated, tags: {} };
}

async function changePolicy<Result>(
  { database, clock, changed }: IdentityContext,
  scope: Scope,
  arn: string,
  work: (transaction: Transaction, row: PolicyRow, now: Date) => Promise<Result>,
): Promise<Result> {
  if (AWS_MANAGED_POLICIES.has(arn)) throw new LoamError('access-denied', { action: 'changes', resource: arn });
  const result = await database.transaction(async (transaction) => {
    const row = await lockPolicy(transaction, scope, arn);
    if (!row) throw policyNotFound(arn);
    return work(transaction, row, new Date(clock.now()));
  });
  await changed();
  return result;
}

function versionNotFound(arn: string, version: number | undefined): LoamError {
  const name = version === undefined ? 'of that name' : `v${version}`;
  return new LoamError('entity-not-found', {
    message: `Policy ${arn} version ${name} does not exist or is not attachable.`,
  });
}
