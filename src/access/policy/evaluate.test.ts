import { describe, expect, it } from 'vitest';
import type { Principal } from '../principal.ts';
import type { AccessQuestion, NamedPolicy, ResourceGuard } from './contract.ts';
import { evaluate } from './evaluate.ts';
import { parsePolicy } from './parse-policy.ts';

const account = '111122223333';
const other = '444455556666';
const object = 'arn:aws:s3:::logs/2026/a.txt';
const named = (kind: 'identity' | 'resource' | 'trust', ...statements: object[]): NamedPolicy => ({
  name: `the ${kind} policy`,
  policy: parsePolicy({ Version: '2012-10-17', Statement: statements }, kind),
});
const allow = (Action: string, Resource = '*', more: object = {}): object => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: string, Resource = '*', more: object = {}): object => ({
  ...allow(Action, Resource, more),
  Effect: 'Deny',
});
const AWS = (...names: string[]): object => ({ Principal: { AWS: names } });

const root: Principal = { type: 'root', account, arn: `arn:aws:iam::${account}:root`, id: account };
const userWith = (...identity: NamedPolicy[]): Principal => ({
  ...{ type: 'user', account, arn: `arn:aws:iam::${account}:user/ada`, id: 'AIDAEXAMPLEEXAMPLE01', userName: 'ada' },
  policies: { identity },
});
const sessionWith = (policies: Partial<NonNullable<Principal['policies']>> = {}): Principal => ({
  ...{ type: 'role', account, arn: `arn:aws:sts::${account}:assumed-role/reader/one`, id: 'AROAEXAMPLEEXAMPLE01:one' },
  ...{ roleArn: `arn:aws:iam::${account}:role/reader`, sessionName: 'one' },
  policies: { identity: [], ...policies },
});
const anonymous: Principal = { type: 'anonymous', account: '000000000000', arn: 'none', id: 'anonymous' };

function decide(principal: Principal, guard?: Partial<ResourceGuard>, more: Partial<AccessQuestion> = {}): string {
  const access = { action: 's3:GetObject', resource: object };
  const full = guard && { account, ...guard };
  const { allowed, reason } = evaluate({ principal, access, guard: full, keys: {}, ...more });
  return `${allowed ? 'yes' : 'no'}: ${reason.code}`;
}

describe('in one account', () => {
  it('lets root do everything, but for what a policy of the resource denies', () => {
    expect(decide(root)).toBe('yes: root');
    expect(decide(root, { policy: named('resource', deny('s3:*', '*', { Principal: '*' })) })).toBe(
      'no: explicit-deny',
    );
  });

  it('takes the policies of the identity or the resource, and a Deny of either', () => {
    const reader = named('identity', allow('s3:Get*', 'arn:aws:s3:::logs/*'));
    const never = named('identity', deny('s3:GetObject'));
    expect(decide(userWith())).toBe('no: no-identity-allow');
    expect(decide(userWith(reader))).toBe('yes: allowed-by-identity');
    expect(decide(userWith(reader, never))).toBe('no: explicit-deny');
    const shared = named('resource', allow('s3:GetObject', object, AWS(`arn:aws:iam::${account}:user/ada`)));
    expect(decide(userWith(), { policy: shared })).toBe('yes: allowed-by-resource');
    expect(decide(userWith(never), { policy: shared })).toBe('no: explicit-deny');
    expect(decide(userWith(), { policy: named('resource', allow('s3:*', '*', { Principal: '*' })) })).toBe(
      'yes: allowed-by-resource',
    );
  });

  it('takes a named account for a hand-over to its own policies', () => {
    const policy = named('resource', allow('s3:*', '*', AWS(account)));
    expect(decide(userWith(), { policy })).toBe('no: no-identity-allow');
    expect(decide(userWith(named('identity', allow('s3:*'))), { policy })).toBe('yes: allowed-by-identity');
    expect(decide(root, { policy })).toBe('yes: allowed-by-resource');
  });

  it('narrows by a boundary, but not what the resource gives a user by name', () => {
    const boundary = named('identity', allow('s3:List*'));
    const everything = named('identity', allow('s3:*'));
    const ada = { ...userWith(everything), policies: { identity: [everything], boundary } };
    expect(decide(ada)).toBe('no: boundary');
    const shared = named('resource', allow('s3:GetObject', object, AWS(ada.arn)));
    expect(decide(ada, { policy: shared })).toBe('yes: allowed-by-resource');
  });

  it('narrows sessions, and what the resource gives their role, but not what it gives a session by name', () => {
    const everything = named('identity', allow('*'));
    const narrow = [named('identity', allow('s3:PutObject'))];
    const wide = [named('identity', allow('s3:PutObject')), named('identity', allow('s3:GetObject'))];
    expect(decide(sessionWith({ identity: [everything] }))).toBe('yes: allowed-by-identity');
    expect(decide(sessionWith({ identity: [everything], session: narrow }))).toBe('no: session-policy');
    expect(decide(sessionWith({ identity: [everything], session: wide }))).toBe('yes: allowed-by-identity');
    expect(decide(sessionWith({ session: wide }))).toBe('no: no-identity-allow');
    const forRole = named('resource', allow('s3:GetObject', object, AWS(`arn:aws:iam::${account}:role/reader`)));
    expect(decide(sessionWith(), { policy: forRole })).toBe('yes: allowed-by-resource');
    expect(decide(sessionWith({ session: narrow }), { policy: forRole })).toBe('no: session-policy');
    const forSession = named('resource', allow('s3:GetObject', object, AWS(sessionWith().arn)));
    expect(decide(sessionWith({ session: narrow }), { policy: forSession })).toBe('yes: allowed-by-resource');
  });

  it('lets the policy of a key decide', () => {
    const everything = userWith(named('identity', allow('*')));
    const silent = named('resource', allow('kms:Decrypt', '*', AWS(`arn:aws:iam::${account}:role/reader`)));
    const handedOver = named('resource', allow('s3:*', '*', AWS(`arn:aws:iam::${account}:root`)));
    expect(decide(everything, { policy: silent, policyDecides: true })).toBe('no: no-resource-allow');
    expect(decide(root, { policy: silent, policyDecides: true })).toBe('no: no-resource-allow');
    expect(decide(everything, { policy: handedOver, policyDecides: true })).toBe('yes: allowed-by-identity');
    expect(decide(userWith(), { policy: handedOver, policyDecides: true })).toBe('no: no-identity-allow');
    expect(decide(root, { policy: handedOver, policyDecides: true })).toBe('yes: allowed-by-resource');
  });

  it('holds a key to its services', () => {
    expect(decide({ ...root, services: ['bedrock'] })).toBe('no: key-services');
    expect(decide({ ...root, services: ['s3'] })).toBe('yes: root');
  });

  it('lets nobody through whose policies are missing', () => {
    const { policies: _none, ...bare } = userWith();
    expect(decide(bare)).toBe('no: no-identity-allow');
  });
});

describe('across accounts', () => {
  const foreign = { account: other };
  const everything = named('identity', allow('*'));

  it('needs both sides', () => {
    const policy = named('resource', allow('s3:GetObject', object, AWS(account)));
    expect(decide(root, foreign)).toBe('no: other-account');
    expect(decide(root, { ...foreign, policy })).toBe('yes: allowed-by-resource');
    expect(decide(userWith(), { ...foreign, policy })).toBe('no: no-identity-allow');
    expect(decide(userWith(everything), { ...foreign, policy })).toBe('yes: allowed-by-resource');
    expect(
      decide(userWith(everything), { ...foreign, policy: named('resource', allow('s3:*', '*', AWS(other))) }),
    ).toBe('no: no-resource-allow');
    const narrow = { identity: [everything], session: [named('identity', allow('s3:PutObject'))] };
    const forSession = named('resource', allow('s3:*', '*', AWS(sessionWith().arn)));
    expect(decide(sessionWith(narrow), { ...foreign, policy: forSession })).toBe('no: session-policy');
  });

  it('knows whose a resource is by its ARN where it has no guard', () => {
    const access = {
      action: 'bedrock:Retrieve',
      resource: `arn:aws:bedrock:us-east-1:${other}:knowledge-base/ABCDEFGHIJ`,
    };
    expect(decide(root, undefined, { access })).toBe('no: other-account');
  });

  it('takes a grant of an access control list', () => {
    expect(decide(root, { ...foreign, grant: 'READ for everybody' })).toBe('yes: allowed-by-grant');
    expect(decide(userWith(), { ...foreign, grant: 'READ for everybody' })).toBe('no: no-identity-allow');
    expect(decide(anonymous, { ...foreign, grant: 'READ for everybody' })).toBe('yes: allowed-by-grant');
  });
});

describe('without a name', () => {
  const open = named('resource', allow('s3:GetObject', 'arn:aws:s3:::logs/*', { Principal: '*' }));

  it('takes what is open to everybody alone', () => {
    expect(decide(anonymous, {})).toBe('no: anonymous');
    expect(decide(anonymous, { policy: open })).toBe('yes: allowed-by-resource');
    expect(decide(anonymous, { policy: named('resource', allow('s3:*', '*', AWS(account))) })).toBe('no: anonymous');
  });

  it('is kept out, as other accounts are, where public access is blocked', () => {
    const blocked = { policy: open, restrictPublic: true };
    expect(decide(anonymous, blocked)).toBe('no: public-access-blocked');
    expect(decide(root, { ...blocked, account: other })).toBe('no: public-access-blocked');
    expect(decide(userWith(), blocked)).toBe('yes: allowed-by-resource');
    const tied = { StringEquals: { 'aws:PrincipalAccount': account } };
    const policy = named('resource', allow('s3:*', '*', { Principal: '*', Condition: tied }));
    expect(decide(root, { account: other, policy, restrictPublic: true })).toBe('yes: allowed-by-resource');
  });
});

describe('NotPrincipal', () => {
  it('denies everybody but those it lists', () => {
    const ada = userWith(named('identity', allow('*')));
    const except = (...names: string[]) => ({
      policy: named('resource', deny('s3:*', '*', { NotPrincipal: { AWS: names } })),
    });
    expect(decide(ada, except(ada.arn, `arn:aws:iam::${account}:root`))).toBe('yes: allowed-by-identity');
    expect(decide(ada, except(`arn:aws:iam::${account}:root`))).toBe('no: explicit-deny');
    expect(decide(root, except(`arn:aws:iam::${account}:root`))).toBe('yes: root');
    expect(decide(anonymous, except(ada.arn))).toBe('no: explicit-deny');
  });
});

describe('a web identity', () => {
  const provider = `arn:aws:iam::${account}:oidc-provider/accounts.example.com`;
  const claims = { 'accounts.example.com:sub': 'ada', 'accounts.example.com:aud': 'loam' };
  const webIdentity: Principal = { ...anonymous, federated: claims };
  const access = { action: 'sts:AssumeRoleWithWebIdentity', resource: `arn:aws:iam::${account}:role/reader` };
  const trust = (sub: string): NamedPolicy =>
    named('trust', {
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { 'accounts.example.com:sub': sub } },
    });

  it('is trusted by its provider and its claims', () => {
    expect(decide(webIdentity, { policy: trust('ada'), policyDecides: true }, { access })).toBe(
      'yes: allowed-by-resource',
    );
    expect(decide(webIdentity, { policy: trust('bob'), policyDecides: true }, { access })).toBe('no: anonymous');
    expect(decide(anonymous, { policy: trust('ada'), policyDecides: true }, { access })).toBe('no: anonymous');
  });
});
