import type { Group, InstanceProfile, Policy, PolicyVersion, Role, User } from '@aws-sdk/client-iam';
import type { Sent } from '../../../../wire/operation.ts';
import { encodeDocument } from '../../entities/documents.ts';
import { entityArn } from '../../entities/names.ts';
import { writeTags } from '../../entities/tags.ts';
import type { IdentityRow } from '../../tables/identities.ts';
import type { ProfileRow } from '../../tables/instance-profiles.ts';
import type { PolicyRow, PolicyVersionRow } from '../../tables/policies.ts';

/** Entities in the words of the wire. Lists leave out tags and boundaries, as IAM does. */
export function describeUser(account: string, row: IdentityRow): Sent<User> {
  return {
    Path: row.path,
    UserName: row.name,
    UserId: row.id,
    Arn: entityArn(account, 'user', row.path, row.name),
    CreateDate: row.created,
    ...boundaryAndTags(row),
  };
}

export function describeGroup(account: string, row: IdentityRow): Sent<Group> {
  const Arn = entityArn(account, 'group', row.path, row.name);
  return { Path: row.path, GroupName: row.name, GroupId: row.id, Arn, CreateDate: row.created };
}

export function describeRole(account: string, row: IdentityRow): Sent<Role> {
  return {
    Path: row.path,
    RoleName: row.name,
    RoleId: row.id,
    Arn: entityArn(account, 'role', row.path, row.name),
    CreateDate: row.created,
    AssumeRolePolicyDocument: encodeDocument(row.trust ?? ''),
    ...(row.description !== null && { Description: row.description }),
    MaxSessionDuration: row.maxSession ?? 3600,
    ...boundaryAndTags(row),
  };
}

/** When and where a role was last used, which GetRole alone tells. */
export function describeLastUse(row: IdentityRow) {
  return { RoleLastUsed: row.lastUsed ? { LastUsedDate: row.lastUsed, Region: row.lastUsedRegion ?? '' } : {} };
}

export function describePolicy(row: PolicyRow, uses: { attached: number; boundaries: number }): Sent<Policy> {
  return {
    PolicyName: row.name,
    PolicyId: row.id,
    Arn: row.arn,
    Path: row.path,
    DefaultVersionId: `v${row.defaultVersion}`,
    AttachmentCount: uses.attached,
    PermissionsBoundaryUsageCount: uses.boundaries,
    IsAttachable: true,
    ...(row.description !== null && { Description: row.description }),
    CreateDate: row.created,
    UpdateDate: row.updated,
    ...(Object.keys(row.tags).length > 0 && { Tags: writeTags(row.tags) }),
  };
}

export function describeVersion(row: PolicyVersionRow, defaultVersion: number): Sent<PolicyVersion> {
  return { VersionId: `v${row.version}`, IsDefaultVersion: row.version === defaultVersion, CreateDate: row.created };
}

export function describeProfile(
  account: string,
  row: ProfileRow,
  role: IdentityRow | undefined,
): Sent<InstanceProfile> {
  return {
    Path: row.path,
    InstanceProfileName: row.name,
    InstanceProfileId: row.id,
    Arn: entityArn(account, 'instance-profile', row.path, row.name),
    CreateDate: row.created,
    Roles: role ? [describeRole(account, role)] : [],
    ...(Object.keys(row.tags).length > 0 && { Tags: writeTags(row.tags) }),
  };
}

function boundaryAndTags({ boundary, tags }: IdentityRow) {
  return {
    ...(boundary !== null && {
      PermissionsBoundary: {
        PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
        PermissionsBoundaryArn: boundary,
      },
    }),
    ...(Object.keys(tags).length > 0 && { Tags: writeTags(tags) }),
  };
}

/** What lists leave out. */
export function forList<Entity extends object>(entity: Entity): Omit<Entity, 'Tags' | 'PermissionsBoundary'> {
  const {
    Tags: _tags,
    PermissionsBoundary: _boundary,
    ...rest
  } = entity as Entity & { Tags?: unknown; PermissionsBoundary?: unknown };
  return rest;
}
