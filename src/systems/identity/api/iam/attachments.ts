import type {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteUserPermissionsBoundaryCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutUserPermissionsBoundaryCommand,
} from '@aws-sdk/client-iam';
import type { Call, Handler } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import {
  attachPolicy,
  deleteBoundary,
  detachPolicy,
  type IdentityName,
  listAttached,
  putBoundary,
} from '../../entities/attachments.ts';
import { type PageRequest, pageOf } from '../../entities/pages.ts';

const user = (name: string): IdentityName => ({ kind: 'user', name });
const group = (name: string): IdentityName => ({ kind: 'group', name });
const role = (name: string): IdentityName => ({ kind: 'role', name });

interface Listed extends PageRequest {
  readonly PathPrefix?: string | undefined;
}

async function list(context: IdentityContext, call: Call, of: IdentityName, input: Listed) {
  const scope = globalScope(call.scope);
  const { PathPrefix = '/' } = input;
  const attached = (await listAttached(context, scope, of)).map((PolicyArn) => {
    const [, path = '/', PolicyName = ''] = /:policy(\/(?:.*\/)?)([^/]+)$/.exec(PolicyArn) ?? [];
    return { path, policy: { PolicyName, PolicyArn } };
  });
  const { items, ...rest } = await pageOf(context.pageTokens, input, {
    context: `ListAttached ${scope.account} ${of.kind} ${of.name} ${PathPrefix}`,
    all: attached.filter(({ path }) => path.startsWith(PathPrefix)).map(({ policy }) => policy),
    positionOf: ({ PolicyArn }) => PolicyArn,
  });
  return { AttachedPolicies: [...items], ...rest };
}

async function done(work: Promise<void>): Promise<Record<never, never>> {
  await work;
  return {};
}

export function attachUserPolicyOperation(context: IdentityContext): Handler<AttachUserPolicyCommand> {
  return ({ UserName, PolicyArn }, { scope }) =>
    done(attachPolicy(context, globalScope(scope), user(UserName), PolicyArn));
}

export function attachGroupPolicyOperation(context: IdentityContext): Handler<AttachGroupPolicyCommand> {
  return ({ GroupName, PolicyArn }, { scope }) =>
    done(attachPolicy(context, globalScope(scope), group(GroupName), PolicyArn));
}

export function attachRolePolicyOperation(context: IdentityContext): Handler<AttachRolePolicyCommand> {
  return ({ RoleName, PolicyArn }, { scope }) =>
    done(attachPolicy(context, globalScope(scope), role(RoleName), PolicyArn));
}

export function detachUserPolicyOperation(context: IdentityContext): Handler<DetachUserPolicyCommand> {
  return ({ UserName, PolicyArn }, { scope }) =>
    done(detachPolicy(context, globalScope(scope), user(UserName), PolicyArn));
}

export function detachGroupPolicyOperation(context: IdentityContext): Handler<DetachGroupPolicyCommand> {
  return ({ GroupName, PolicyArn }, { scope }) =>
    done(detachPolicy(context, globalScope(scope), group(GroupName), PolicyArn));
}

export function detachRolePolicyOperation(context: IdentityContext): Handler<DetachRolePolicyCommand> {
  return ({ RoleName, PolicyArn }, { scope }) =>
    done(detachPolicy(context, globalScope(scope), role(RoleName), PolicyArn));
}

export function listAttachedUserPoliciesOperation(context: IdentityContext): Handler<ListAttachedUserPoliciesCommand> {
  return (input, call) => list(context, call, user(input.UserName), input);
}

export function listAttachedGroupPoliciesOperation(
  context: IdentityContext,
): Handler<ListAttachedGroupPoliciesCommand> {
  return (input, call) => list(context, call, group(input.GroupName), input);
}

export function listAttachedRolePoliciesOperation(context: IdentityContext): Handler<ListAttachedRolePoliciesCommand> {
  return (input, call) => list(context, call, role(input.RoleName), input);
}

export function putUserBoundaryOperation(context: IdentityContext): Handler<PutUserPermissionsBoundaryCommand> {
  return ({ UserName, PermissionsBoundary }, { scope }) =>
    done(putBoundary(context, globalScope(scope), user(UserName), PermissionsBoundary));
}

export function putRoleBoundaryOperation(context: IdentityContext): Handler<PutRolePermissionsBoundaryCommand> {
  return ({ RoleName, PermissionsBoundary }, { scope }) =>
    done(putBoundary(context, globalScope(scope), role(RoleName), PermissionsBoundary));
}

export function deleteUserBoundaryOperation(context: IdentityContext): Handler<DeleteUserPermissionsBoundaryCommand> {
  return ({ UserName }, { scope }) => done(deleteBoundary(context, globalScope(scope), user(UserName)));
}

export function deleteRoleBoundaryOperation(context: IdentityContext): Handler<DeleteRolePermissionsBoundaryCommand> {
  return ({ RoleName }, { scope }) => done(deleteBoundary(context, globalScope(scope), role(RoleName)));
}
