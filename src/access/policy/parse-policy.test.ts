import { describe, expect, it } from 'vitest';
import type { PolicyKind } from './contract.ts';
import { parsePolicy } from './parse-policy.ts';

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const document = (...statements: object[]): object => ({ Version: '2012-10-17', Statement: statements });
const trust = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' };

function problemOf(policy: string | object, kind: PolicyKind = 'identity'): string {
  try {
    parsePolicy(policy, kind);
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
}

describe('parsePolicy', () => {
  it('takes what AWS documents', () => {
    expect(problemOf(document(statement))).toBe('none');
    expect(problemOf({ Statement: statement })).toBe('none');
    expect(
      problemOf(
        document({ Sid: 'A1', Effect: 'Deny', NotAction: ['iam:*', 's3:Get?bject'], NotResource: 'arn:aws:s3:::a/*' }),
      ),
    ).toBe('none');
    expect(problemOf(document({ ...statement, Sid: 'Enable IAM policies', Principal: '*' }), 'resource')).toBe('none');
    expect(problemOf(document(trust), 'trust')).toBe('none');
    const federated = { Federated: 'arn:aws:iam::111122223333:oidc-provider/accounts.example.com' };
    expect(problemOf(document({ ...trust, Principal: federated }), 'trust')).toBe('none');
    expect(problemOf(document({ ...trust, Principal: { Service: 'bedrock.amazonaws.com' } }), 'trust')).toBe('none');
    const { policy: _none, ...parsed } = {
      policy: 0,
      ...parsePolicy(document(statement, { ...statement, Sid: 'B' }), 'identity'),
    };
    expect(parsed.statements.map(({ name }) => name)).toEqual(['statement 1', 'B']);
  });

  it.each<[string, string | object, PolicyKind, string]>([
    ['no JSON', '{', 'identity', 'not valid JSON'],
    ['no object', '[]', 'identity', 'must be an object'],
    ['an unknown element', { ...document(statement), Statements: [] }, 'identity', 'unknown element "Statements"'],
    ['another version', { Version: '2020-01-01', Statement: statement }, 'identity', 'Version must be one of'],
    ['no statement', { Version: '2012-10-17' }, 'identity', 'needs a Statement'],
    ['an empty list', document(), 'identity', 'at least one statement'],
    ['no effect', document({ Action: '*', Resource: '*' }), 'identity', 'Effect must be'],
    ['a small effect', document({ ...statement, Effect: 'allow' }), 'identity', 'Effect must be'],
    ['no action', document({ Effect: 'Allow', Resource: '*' }), 'identity', 'needs an Action'],
    ['both actions', document({ ...statement, NotAction: 's3:*' }), 'identity', 'both Action and NotAction'],
    ['an action without a service', document({ ...statement, Action: 'GetObject' }), 'identity', '"GetObject"'],
    ['no resource', document({ Effect: 'Allow', Action: '*' }), 'identity', 'needs a Resource'],
    [
      'a resource that is no ARN',
      document({ ...statement, Resource: 'bucket' }),
      'identity',
      '"bucket" must be an ARN',
    ],
    ['a principal of an identity', document({ ...statement, Principal: '*' }), 'identity', 'must not have a Principal'],
    ['no principal of a resource', document(statement), 'resource', 'needs a Principal'],
    [
      'an invented principal',
      document({ ...statement, Principal: { AWS: 'ada' } }),
      'resource',
      '"ada" is no principal',
    ],
    [
      'a pattern of principals',
      document({ ...statement, Principal: { AWS: 'arn:aws:iam::111122223333:user/*' } }),
      'resource',
      'no principal',
    ],
    ['an unknown kind', document({ ...statement, Principal: { Team: 'x' } }), 'resource', 'unknown element "Team"'],
    [
      'NotPrincipal with Allow',
      document({ ...statement, NotPrincipal: { AWS: '111122223333' } }),
      'resource',
      'Deny alone',
    ],
    ['a resource of a trust policy', document({ ...trust, Resource: '*' }), 'trust', 'must not have a Resource'],
    ['another action of a trust policy', document({ ...trust, Action: 's3:*' }), 'trust', 'actions of sts'],
    ['a Sid with a space', document({ ...statement, Sid: 'a b' }), 'identity', 'letters and digits'],
    ['a Sid twice', document({ ...statement, Sid: 'A' }, { ...statement, Sid: 'A' }), 'identity', 'stands twice'],
    [
      'an unknown operator',
      document({ ...statement, Condition: { StringIs: { 'x:a': 'b' } } }),
      'identity',
      'no condition operator "StringIs"',
    ],
    [
      'NullIfExists',
      document({ ...statement, Condition: { NullIfExists: { 'x:a': 'true' } } }),
      'identity',
      'no condition operator',
    ],
    [
      'an inherited name',
      document({ ...statement, Condition: { toString: { 'x:a': 'b' } } }),
      'identity',
      'no condition operator',
    ],
    [
      'a key without a service',
      document({ ...statement, Condition: { StringEquals: { a: 'b' } } }),
      'identity',
      'key "a"',
    ],
    [
      'no number',
      document({ ...statement, Condition: { NumericEquals: { 'x:a': 'ten' } } }),
      'identity',
      'takes numbers, not "ten"',
    ],
    ['no date', document({ ...statement, Condition: { DateEquals: { 'x:a': 'May' } } }), 'identity', 'takes dates'],
    ['no truth', document({ ...statement, Condition: { Bool: { 'x:a': 'yes' } } }), 'identity', 'true or false'],
    ['no range', document({ ...statement, Condition: { IpAddress: { 'x:a': '10.0.0.0/33' } } }), 'identity', 'CIDR'],
    [
      'an object as value',
      document({ ...statement, Condition: { StringEquals: { 'x:a': {} } } }),
      'identity',
      'must be a string',
    ],
    [
      'too much',
      document({ ...statement, Resource: `arn:aws:s3:::${'a'.repeat(11_000)}` }),
      'identity',
      'more than the limit of 10240',
    ],
  ])('names what is wrong with %s', (_what, policy, kind, problem) => {
    expect(problemOf(policy, kind)).toContain(problem);
  });

  it('reads a text once', () => {
    const text = JSON.stringify(document(statement));
    expect(parsePolicy(text, 'identity')).toBe(parsePolicy(text, 'identity'));
  });
});
