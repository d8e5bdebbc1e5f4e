// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
import { describe, expect, it } from 'vitest';
import type { Principal } from '../principal.ts';
import type { ConditionKeys } from './contract.ts';
import { evaluate } from './evaluate.ts';
import { parsePolicy } from './parse-policy.ts';

const account = '111122223333';

/** Whether a statement with these conditions allows a request with these keys. */
function holds(condition: object, keys: ConditionKeys, more: { version?: string; resource?: string } = {}): boolean {
  const { version = '2012-10-17', resource = '*' } = more;
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: resource, Condition: condition };
  const policy = parsePolicy({ Version: version, Statement: statement }, 'identity');
  const principal: Principal = {
    ...{
      type: 'user',
      account,
      arn: `arn:aws:iam::${account}:user/team/ada`,
      id: 'AIDAEXAMPLEEXAMPLE01',
      userName: 'ada',
    },
    ...{ tags: { team: 'red', star: 'a*' }, policies: { identity: [{ name: 'p', policy }] } },
  };
  const access = { action: 's3:GetObject', resource: 'arn:aws:s3:::logs/home/ada/a.txt' };
  return evaluate({ principal, access, guard: undefined, keys }).allowed;
}

describe('operators', () => {
  it.each<[string, unknown, ConditionKeys, boolean]>([
    ['StringEquals', { 'aws:UserAgent': ['a', 'b'] }, { 'aws:useragent': 'b' }, true],
    ['StringEquals', { 'aws:UserAgent': 'b*' }, { 'aws:UserAgent': 'bc' }, false],
    ['StringNotEquals', { 'aws:UserAgent': ['a', 'b'] }, { 'aws:UserAgent': 'b' }, false],
    ['StringNotEquals', { 'aws:UserAgent': ['a', 'b'] }, { 'aws:UserAgent': 'c' }, true],
    ['StringNotEquals', { 'aws:UserAgent': 'a' }, {}, true],
    ['StringEqualsIgnoreCase', { 'aws:UserAgent': 'AbC' }, { 'aws:UserAgent': 'aBc' }, true],
    ['StringNotEqualsIgnoreCase', { 'aws:UserAgent': 'AbC' }, { 'aws:UserAgent': 'aBc' }, false],
    ['StringLike', { 's3:prefix': 'home/?da/*' }, { 's3:prefix': 'home/ada/' }, true],
    ['StringLike', { 's3:prefix': 'home/?da/*' }, { 's3:prefix': 'home/a' }, false],
    ['StringNotLike', { 's3:prefix': 'home/*' }, { 's3:prefix': 'home/ada' }, false],
    ['NumericEquals', { 's3:max-keys': 10 }, { 's3:max-keys': '10.0' }, true],
    ['NumericLessThan', { 's3:max-keys': '10' }, { 's3:max-keys': '9' }, true],
    ['NumericLessThanEquals', { 's3:max-keys': '10' }, { 's3:max-keys': '11' }, false],
    ['NumericGreaterThan', { 's3:max-keys': '10' }, { 's3:max-keys': 'many' }, false],
    ['NumericNotEquals', { 's3:max-keys': '10' }, { 's3:max-keys': '11' }, true],
    [
      'DateLessThan',
      { 'aws:CurrentTime': '2026-02-01T00:00:00Z' },
      { 'aws:CurrentTime': '2026-01-31T23:59:59.999Z' },
      true,
    ],
    ['DateGreaterThan', { 'aws:CurrentTime': '1769904000' }, { 'aws:CurrentTime': '2026-02-01T00:00:01Z' }, true],
    ['DateEquals', { 'aws:EpochTime': '2026-02-01T01:00:00+01:00' }, { 'aws:EpochTime': '1769904000' }, true],
    ['Bool', { 'aws:SecureTransport': true }, { 'aws:SecureTransport': 'true' }, true],
    ['Bool', { 'aws:SecureTransport': 'false' }, { 'aws:SecureTransport': 'true' }, false],
    ['BinaryEquals', { 'x:key': 'AQID' }, { 'x:key': 'AQID' }, true],
    ['IpAddress', { 'aws:SourceIp': '203.0.113.0/24' }, { 'aws:SourceIp': '203.0.113.77' }, true],
    ['IpAddress', { 'aws:SourceIp': '203.0.113.0/24' }, { 'aws:SourceIp': '203.0.114.1' }, false],
    ['IpAddress', { 'aws:SourceIp': '203.0.113.7' }, { 'aws:SourceIp': '::ffff:203.0.113.7' }, true],
    ['IpAddress', { 'aws:SourceIp': '2001:db8::/33' }, { 'aws:SourceIp': '2001:db8:7fff::1' }, true],
    ['IpAddress', { 'aws:SourceIp': '2001:db8::/33' }, { 'aws:SourceIp': '2001:db8:8000::1' }, false],
    ['IpAddress', { 'aws:SourceIp': '0.0.0.0/0' }, { 'aws:SourceIp': '2001:db8::1' }, false],
    ['NotIpAddress', { 'aws:SourceIp': ['10.0.0.0/8', '192.168.0.0/16'] }, { 'aws:SourceIp': '192.168.1.1' }, false],
    ['ArnLike', { 'aws:SourceArn': 'arn:aws:s3:::log*' }, { 'aws:SourceArn': 'arn:aws:s3:::logs' }, true],
    ['ArnLike', { 'aws:SourceArn': 'arn:*:s3:::logs' }, { 'aws:SourceArn': 'arn:aws:sqs:s3:::logs' }, false],
    [
      'ArnEquals',
      { 'aws:SourceArn': 'arn:aws:sns:*:*:t:*' },
      { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:1:t:x:y' },
      true,
    ],
    ['ArnNotLike', { 'aws:SourceArn': 'arn:aws:s3:::*' }, { 'aws:SourceArn': 'arn:aws:s3:::logs' }, false],
    ['Null', { 'aws:TokenIssueTime': 'true' }, {}, true],
    ['Null', { 'aws:TokenIssueTime': 'false' }, {}, false],
    ['StringEqualsIfExists', { 'aws:UserAgent': 'a' }, {}, true],
    ['StringEqualsIfExists', { 'aws:UserAgent': 'a' }, { 'aws:UserAgent': 'b' }, false],
    ['StringEquals', { 'aws:UserAgent': 'a' }, {}, false],
    ['ForAllValues:StringEquals', { 'aws:TagKeys': ['a', 'b'] }, { 'aws:TagKeys': ['a', 'b', 'a'] }, true],
    ['ForAllValues:StringEquals', { 'aws:TagKeys': ['a', 'b'] }, { 'aws:TagKeys': ['a', 'c'] }, false],
    ['ForAllValues:StringEquals', { 'aws:TagKeys': ['a', 'b'] }, {}, true],
    ['ForAllValues:StringNotEquals', { 'aws:TagKeys': ['a'] }, { 'aws:TagKeys': ['b', 'a'] }, false],
    ['ForAnyValue:StringEquals', { 'aws:TagKeys': ['a', 'b'] }, { 'aws:TagKeys': ['c', 'b'] }, true],
    ['ForAnyValue:StringEquals', { 'aws:TagKeys': ['a', 'b'] }, {}, false],
    ['ForAnyValue:StringNotEquals', { 'aws:TagKeys': ['a'] }, { 'aws:TagKeys': ['a', 'b'] }, true],
    ['ForAnyValue:StringNotEquals', { 'aws:TagKeys': ['a'] }, { 'aws:TagKeys': ['a'] }, false],
    ['ForAnyValue:StringLikeIfExists', { 'aws:TagKeys': ['a*'] }, {}, true],
  ])('%s %j with %j', (operator, values, keys, expected) => {
    expect(holds({ [operator]: values }, keys)).toBe(expected);
  });

  it('need every key of every operator', () => {
    const condition = { StringEquals: { 'x:a': '1', 'x:b': '2' }, Bool: { 'x:c': 'true' } };
    expect(holds(condition, { 'x:a': '1', 'x:b': '2', 'x:c': 'true' })).toBe(true);
    expect(holds(condition, { 'x:a': '1', 'x:b': '3', 'x:c': 'true' })).toBe(false);
    expect(holds(condition, { 'x:a': '1', 'x:b': '2' })).toBe(false);
  });
});

describe('policy variables', () => {
  it.each<[string, boolean]>([
    ['arn:aws:s3:::logs/home/${aws:username}/*', true],
    ['arn:aws:s3:::logs/home/${AWS:UserName}/*', true],
    ["arn:aws:s3:::logs/home/${aws:PrincipalTag/name, 'ada'}/*", true],
    ['arn:aws:s3:::logs/home/${aws:PrincipalTag/name}/*', false],
    ['arn:aws:s3:::logs/home/${aws:PrincipalTag/star}/*', false],
    ['arn:aws:s3:::logs/home/${*}/*', false],
  ])('in the resource %s', (resource, expected) => {
    expect(holds({}, {}, { resource })).toBe(expected);
  });

  it('in values, and what they hold is no pattern', () => {
    const tag = { StringLike: { 'x:key': '${aws:PrincipalTag/star}' } };
    expect(holds(tag, { 'x:key': 'ab' })).toBe(false);
    expect(holds(tag, { 'x:key': 'a*' })).toBe(true);
    expect(holds({ StringEquals: { 'x:key': 'a${$}${?}${*}b' } }, { 'x:key': 'a$?*b' })).toBe(true);
    expect(holds({ StringNotEquals: { 'x:key': '${aws:PrincipalTag/none}' } }, { 'x:key': 'a' })).toBe(false);
    expect(holds({ StringEqualsIgnoreCase: { 'x:key': '${aws:PrincipalTag/team}' } }, { 'x:key': 'RED' })).toBe(true);
    expect(holds({ ArnLike: { 'x:arn': 'arn:aws:s3:::${aws:username}*' } }, { 'x:arn': 'arn:aws:s3:::ada1' })).toBe(
      true,
    );
  });

  it('are texts in version 2008-10-17', () => {
    const condition = { StringEquals: { 'x:key': '${aws:username}' } };
    expect(holds(condition, { 'x:key': 'ada' }, { version: '2008-10-17' })).toBe(false);
    expect(holds(condition, { 'x:key': '${aws:username}' }, { version: '2008-10-17' })).toBe(true);
  });

  it('know who calls', () => {
    expect(holds({ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:user/team/*` } }, {})).toBe(true);
    expect(holds({ StringEquals: { 'aws:PrincipalType': 'User', 'aws:PrincipalAccount': account } }, {})).toBe(true);
    expect(
      holds({ StringEquals: { 'aws:PrincipalTag/team': 'red' }, Bool: { 'aws:ViaAWSService': 'false' } }, {}),
    ).toBe(true);
    expect(holds({ Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, {})).toBe(false);
    expect(holds({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }, {})).toBe(true);
    // What the caller claims in the request does not stand against what it is.
    expect(holds({ StringEquals: { 'aws:PrincipalTag/team': 'blue' } }, { 'aws:PrincipalTag/team': 'blue' })).toBe(
      false,
    );
  });
});
