import { describe, expect, it } from 'vitest';
import { authorize } from './authorize.ts';
import type { Principal } from './principal.ts';

const account = '111122223333';
const scope = { account, region: 'us-east-1' };
const root: Principal = { type: 'root', account, arn: `arn:aws:iam::${account}:root`, id: account };
const action = 'bedrock:GetKnowledgeBase';
const own = `arn:aws:bedrock:us-east-1:${account}:knowledge-base/ABCDEFGHIJ`;

describe('authorize', () => {
  it('lets a principal act in its own account', () => {
    authorize(root, scope, action, own);
    authorize(root, scope, 's3:GetObject', 'arn:aws:s3:::bucket/key');
    authorize(root, scope, 'sts:GetCallerIdentity', '*');
  });

  it.each([
    ['another account', root, { ...scope, account: '444455556666' }, action, '*'],
    ["another account's resource", root, scope, action, own.replace(account, '444455556666')],
    ['anybody without a name', { ...root, type: 'anonymous' as const }, scope, action, own],
    ['a service that its key is not good for', { ...root, services: ['bedrock'] }, scope, 's3:GetObject', '*'],
    ['a service whose name only begins like it', { ...root, services: ['bedrock'] }, scope, 'bedrock-x:Get', '*'],
  ])('refuses %s', (_what, principal, where, what, resource) => {
    expect(() => authorize(principal, where, what, resource)).toThrow('not authorized to perform');
  });

  it('lets a limited key do what it is good for', () => {
    authorize({ ...root, services: ['bedrock'] }, scope, 'bedrock:InvokeModel', own);
  });
});
