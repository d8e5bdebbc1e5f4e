import type {
  DeleteGroupPolicyCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  GetGroupPolicyCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListGroupPoliciesCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Call, Handler } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import {
  deleteInlinePolicy,
  getInlinePolicy,
  type IdentityName,
  listInlinePolicies,
  putInlinePolicy,
} from '../../entities/attachments.ts';
import { encodeDocument } from '../../entities/documents.ts';
import { type PageRequest, pageOf } from '../../entities/pages.ts';

interface Put {
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

async function put(context: IdentityContext, call: Call, of: IdentityName, input: Put): Promise<Record<never, never>> {
  const policy = { name: input.PolicyName, document: input.PolicyDocument };
  await putInlinePolicy(context, globalScope(call.scope), of, policy);
  return {};
}

async function remove(context: IdentityContext, call: Call, of: IdentityName, name: string) {
  await deleteInlinePolicy(context, globalScope(call.scope), of, name);
  return {};
}

async function list(context: IdentityContext, call: Call, of: IdentityName, input: PageRequest) {
  const scope = globalScope(call.scope);
  const all = (await listInlinePolicies(context, scope, of)).map(({ name }) => name);
  const listing = {
    context: `ListInline ${scope.account} ${of.kind} ${of.name}`,
    all,
    positionOf: (name: string) => name,
  };
  const { items, ...rest } = await pageOf(context.pageTokens, input, listing);
  return { PolicyNames: [...items], ...rest };
}

async function get(context: IdentityContext, call: Call, of: IdentityName, name: string) {
  const found = await getInlinePolicy(context, globalScope(call.scope), of, name);
  return { owner: found.owner, policy: { PolicyName: found.name, PolicyDocument: encodeDocument(found.document) } };
}

export function putUserPolicyOperation(context: IdentityContext): Handler<PutUserPolicyCommand> {
  return (input, call) => put(context, call, { kind: 'user', name: input.UserName }, input);
}

export function putGroupPolicyOperation(context: IdentityContext): Handler<PutGroupPolicyCommand> {
  return (input, call) => put(context, call, { kind: 'group', name: input.GroupName }, input);
}

export function putRolePolicyOperation(context: IdentityContext): Handler<PutRolePolicyCommand> {
  return (input, call) => put(context, call, { kind: 'role', name: input.RoleName }, input);
}

export function getUserPolicyOperation(context: IdentityContext): Handler<GetUserPolicyCommand> {
  return async ({ UserName, PolicyName }, call) => {
    const { owner, policy } = await get(context, call, { kind: 'user', name: UserName }, PolicyName);
    return { UserName: owner, ...policy };
  };
}

export function getGroupPolicyOperation(context: IdentityContext): Handler<GetGroupPolicyCommand> {
  return async ({ GroupName, PolicyName }, call) => {
    const { owner, policy } = await get(context, call, { kind: 'group', name: GroupName }, PolicyName);
    return { GroupName: owner, ...policy };
  };
}

export function getRolePolicyOperation(context: IdentityContext): Handler<GetRolePolicyCommand> {
  return async ({ RoleName, PolicyName }, call) => {
    const { owner, policy } = await get(context, call, { kind: 'role', name: RoleName }, PolicyName);
    return { RoleName: owner, ...policy };
  };
}

export function listUserPoliciesOperation(context: IdentityContext): Handler<ListUserPoliciesCommand> {
  return (input, call) => list(context, call, { kind: 'user', name: input.UserName }, input);
}

export function listGroupPoliciesOperation(context: IdentityContext): Handler<ListGroupPoliciesCommand> {
  return (input, call) => list(context, call, { kind: 'group', name: input.GroupName }, input);
}

export function listRolePoliciesOperation(context: IdentityContext): Handler<ListRolePoliciesCommand> {
  return (input, call) => list(context, call, { kind: 'role', name: input.RoleName }, input);
}

export function deleteUserPolicyOperation(context: IdentityContext): Handler<DeleteUserPolicyCommand> {
  return ({ UserName, PolicyName }, call) => remove(context, call, { kind: 'user', name: UserName }, PolicyName);
}

export function deleteGroupPolicyOperation(context: IdentityContext): Handler<DeleteGroupPolicyCommand> {
  return ({ GroupName, PolicyName }, call) => remove(context, call, { kind: 'group', name: GroupName }, PolicyName);
}

export function deleteRolePolicyOperation(context: IdentityContext): Handler<DeleteRolePolicyCommand> {
  return ({ RoleName, PolicyName }, call) => remove(context, call, { kind: 'role', name: RoleName }, PolicyName);
}
