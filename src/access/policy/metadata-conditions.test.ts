import { describe, expect, it } from 'vitest';
import { type Metadata, matchesFilter } from '../../segments/index.ts';
import type { Principal } from '../principal.ts';
import { evaluate } from './evaluate.ts';
import { parsePolicy } from './parse-policy.ts';

type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const RESOURCE = 'arn:aws:bedrock:us-east-1:111122223333:knowledge-base/ABCDEFGHIJ';

const statement = (effect: 'Allow' | 'Deny', condition?: Conditions, action: string | string[] = 'bedrock:*') => ({
  ...{ Effect: effect, Action: action, Resource: '*' },
  ...(condition && { Condition: condition }),
});

const policyOf = (...statements: object[]) => ({
  name: 'p',
  policy: parsePolicy({ Version: '2012-10-17', Statement: statements }, 'identity'),
});

function principalOf(policies: Principal['policies'], tags: Record<string, string> = {}): Principal {
  const arn = 'arn:aws:iam::111122223333:user/ada';
  return { type: 'user', account: '111122223333', arn, id: 'AIDA', tags, ...(policies && { policies }) };
}

const judge = (principal: Principal, action = 'bedrock:Retrieve') =>
  evaluate({ principal, access: { action, resource: RESOURCE }, guard: undefined, keys: {} });

/** Whether a principal that is allowed by these statements sees a document with this metadata. */
function sees(statements: object[], metadata: Metadata, tags: Record<string, string> = {}): boolean {
  const { allowed, visible } = judge(principalOf({ identity: [policyOf(...statements)] }, tags));
  return allowed && (visible === undefined || matchesFilter(visible, metadata));
}

const allows = (condition: Conditions, metadata: Metadata, tags?: Record<string, string>) =>
  sees([statement('Allow', condition)], metadata, tags);
const denies = (condition: Conditions, metadata: Metadata, tags?: Record<string, string>) =>
  !sees([statement('Allow'), statement('Deny', condition)], metadata, tags);

/** A policy variable. */
const tag = (name: string) => `\${aws:PrincipalTag/${name}}`;
const TENANT = { StringEquals: { 'loam:metadata/tenant': tag('tenant') } };

describe('a condition on metadata', () => {
  it('lets a principal see the documents of its tag, and none without the tag', () => {
    expect(allows(TENANT, { tenant: 'a' }, { tenant: 'a' })).toBe(true);
    expect(allows(TENANT, { tenant: 'b' }, { tenant: 'a' })).toBe(false);
    expect(allows(TENANT, {}, { tenant: 'a' })).toBe(false);
    for (const metadata of [{}, { tenant: '' }, { tenant: 'a' }]) expect(allows(TENANT, metadata)).toBe(false);
  });

  it('is taken from all statements that allow, and less what is denied', () => {
    const team = { StringEquals: { 'loam:metadata/team': 'x' } };
    const secret = { Bool: { 'loam:metadata/secret': 'true' } };
    const statements = [statement('Allow', TENANT), statement('Allow', team), statement('Deny', secret)];
    const tags = { tenant: 'a' };
    expect(sees(statements, { tenant: 'a' }, tags)).toBe(true);
    expect(sees(statements, { tenant: 'b', team: 'x' }, tags)).toBe(true);
    expect(sees(statements, { tenant: 'b', team: 'y' }, tags)).toBe(false);
    expect(sees(statements, { tenant: 'a', secret: true }, tags)).toBe(false);
    expect(sees([...statements, statement('Allow')], { tenant: 'z' }, tags)).toBe(true);
  });

  it('joins several keys by and', () => {
    const both = { StringEquals: { 'loam:metadata/tenant': 'a' }, NumericLessThan: { 'loam:metadata/level': '3' } };
    expect(allows(both, { tenant: 'a', level: 2 })).toBe(true);
    expect(allows(both, { tenant: 'a', level: 3 })).toBe(false);
  });

  it('holds in the boundary and in the policies of a session as well', () => {
    const open = policyOf(statement('Allow'));
    const narrow = policyOf(statement('Allow', TENANT));
    for (const policies of [
      { identity: [open], boundary: narrow },
      { identity: [open], session: [narrow] },
      { identity: [narrow], boundary: open, session: [open] },
    ]) {
      const { visible } = judge(principalOf(policies, { tenant: 'a' }));
      expect(visible && matchesFilter(visible, { tenant: 'a' })).toBe(true);
      expect(visible && matchesFilter(visible, { tenant: 'b' })).toBe(false);
    }
  });

  it('allows nothing of actions that know no documents, and denies by the key that is absent', () => {
    const only = principalOf({ identity: [policyOf(statement('Allow', TENANT))] }, { tenant: 'a' });
    expect(judge(only, 'bedrock:GetKnowledgeBase').allowed).toBe(false);
    expect(judge(only, 'bedrock:Retrieve').allowed).toBe(true);
    const other = { StringNotEquals: { 'loam:metadata/tenant': 'a' } };
    const denied = principalOf({ identity: [policyOf(statement('Allow'), statement('Deny', other))] });
    expect(judge(denied, 'bedrock:GetKnowledgeBase').allowed).toBe(false);
  });

  it('never hides anything from whom no policy narrows', () => {
    expect(judge(principalOf({ identity: [policyOf(statement('Allow'))] })).visible).toBeUndefined();
    const root = { ...principalOf(undefined), type: 'root' } as const;
    expect(judge(root).visible).toBeUndefined();
  });

  it.each<[Conditions, Metadata, boolean]>([
    [{ StringEquals: { 'loam:metadata/k': ['a', 'b'] } }, { k: 'b' }, true],
    [{ StringEquals: { 'loam:metadata/k': '42' } }, { k: 42 }, true],
    [{ StringEquals: { 'loam:metadata/k': '042' } }, { k: 42 }, false],
    [{ StringEquals: { 'loam:metadata/k': 'a' } }, { k: ['x', 'a'] }, true],
    [{ StringEquals: { 'loam:metadata/K': 'a' } }, { k: 'a' }, false],
    [{ StringEquals: { 'loam:metadata/k': 'a*' } }, { k: 'ab' }, false],
    [{ 'ForAnyValue:StringEquals': { 'loam:metadata/k': ['a'] } }, { k: ['x', 'a'] }, true],
    [{ 'ForAnyValue:StringEquals': { 'loam:metadata/k': ['a'] } }, { k: [] }, false],
    [{ StringNotEquals: { 'loam:metadata/k': 'a' } }, { k: 'b' }, true],
    [{ StringNotEquals: { 'loam:metadata/k': 'a' } }, {}, true],
    [{ StringNotEquals: { 'loam:metadata/k': 'a' } }, { k: ['b', 'a'] }, false],
    [{ StringLike: { 'loam:metadata/k': 'ab*' } }, { k: 'abc' }, true],
    [{ StringLike: { 'loam:metadata/k': 'ab*' } }, { k: 'cab' }, false],
    [{ StringLike: { 'loam:metadata/k': '*b*' } }, { k: 'abc' }, true],
    [{ StringLike: { 'loam:metadata/k': '*' } }, { k: 1 }, true],
    [{ StringLike: { 'loam:metadata/k': '*' } }, {}, false],
    [{ StringNotLike: { 'loam:metadata/k': 'ab*' } }, { k: 'abc' }, false],
    [{ NumericEquals: { 'loam:metadata/k': [1, 2] } }, { k: 2 }, true],
    [{ NumericNotEquals: { 'loam:metadata/k': 1 } }, { k: 1 }, false],
    [{ NumericGreaterThanEquals: { 'loam:metadata/k': '1.5' } }, { k: 1.5 }, true],
    [{ NumericGreaterThan: { 'loam:metadata/k': '1.5' } }, { k: 'zzz' }, false],
    [{ Bool: { 'loam:metadata/k': 'true' } }, { k: true }, true],
    [{ Bool: { 'loam:metadata/k': true } }, { k: 'true' }, true],
    [{ Bool: { 'loam:metadata/k': 'false' } }, {}, false],
    [{ BoolIfExists: { 'loam:metadata/k': 'false' } }, {}, true],
    [{ StringEqualsIfExists: { 'loam:metadata/k': 'a' } }, { k: 'b' }, false],
    [{ Null: { 'loam:metadata/k': 'true' } }, {}, true],
    [{ Null: { 'loam:metadata/k': 'true' } }, { k: [] }, true],
    [{ Null: { 'loam:metadata/k': 'false' } }, { k: 0 }, true],
  ])('%j lets %j be seen: %s', (condition, metadata, expected) => {
    expect(allows(condition, metadata)).toBe(expected);
    expect(denies(condition, metadata)).toBe(expected);
  });

  it('takes away rather too much where a Deny compares the beginnings of lists', () => {
    const like = { StringLike: { 'loam:metadata/k': 'ab*' } };
    expect(denies(like, { k: ['x', 'abc'] })).toBe(true);
    expect(allows(like, { k: ['x', 'abc'] })).toBe(false);
  });

  it('hides everything where a Deny compares with a tag that is not there', () => {
    const other = { StringNotEquals: { 'loam:metadata/tenant': tag('tenant') } };
    expect(denies(other, { tenant: 'a' })).toBe(true);
    expect(denies(other, { tenant: 'a' }, { tenant: 'a' })).toBe(false);
    expect(allows(other, { tenant: 'a' })).toBe(false);
  });

  it('never takes a wildcard from a tag', () => {
    const like = { StringLike: { 'loam:metadata/k': `${tag('k')}*` } };
    expect(allows(like, { k: 'abc' }, { k: '*' })).toBe(false);
    expect(allows(like, { k: '*c' }, { k: '*' })).toBe(true);
  });

  it.each<[Conditions, RegExp]>([
    [{ StringEqualsIgnoreCase: { 'loam:metadata/k': 'a' } }, /cannot be asked of metadata/],
    [{ 'ForAllValues:StringEquals': { 'loam:metadata/k': 'a' } }, /cannot be asked of metadata/],
    [{ 'ForAnyValue:StringNotEquals': { 'loam:metadata/k': 'a' } }, /cannot be asked of metadata/],
    [{ DateLessThan: { 'loam:metadata/k': '2026-01-01' } }, /cannot be asked of metadata/],
    [{ StringLike: { 'loam:metadata/k': 'a*b' } }, /cannot ask for "a\*b"/],
    [{ StringLike: { 'loam:metadata/k': 'a?' } }, /cannot ask for/],
    [{ NumericEquals: { 'loam:metadata/k': 'x' } }, /takes numbers/],
    [{ StringEquals: { 'loam:metadata/': 'x' } }, /names no metadata key/],
  ])('%j is refused', (condition, message) => {
    expect(() => policyOf(statement('Allow', condition))).toThrow(message);
  });

  it('is refused in policies of resources', () => {
    const document = { Version: '2012-10-17', Statement: [{ ...statement('Allow', TENANT), Principal: '*' }] };
    expect(() => parsePolicy(document, 'resource')).toThrow(/identities alone/);
  });
});
