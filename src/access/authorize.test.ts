import { describe, expect, it } from 'vitest';
import { authorize, type CallToAuthorize } from './authorize.ts';
import { globalKeys } from './global-keys.ts';
import type { NamedPolicy, ResourceGuard } from './policy/contract.ts';
import { parsePolicy } from './policy/parse-policy.ts';
import type { Principal } from './principal.ts';

const account = '111122223333';
const root: Principal = { type: 'root', account, arn: `arn:aws:iam::${account}:root`, id: account };
const resource = `arn:aws:bedrock:us-east-1:${account}:knowledge-base/ABCDEFGHIJ`;
const access = { action: 'bedrock:GetKnowledgeBase', resource };
const foreign = { action: 'bedrock:GetKnowledgeBase', resource: resource.replace(account, '444455556666') };
const policyOf = (kind: 'identity' | 'resource', statement: object): NamedPolicy => ({
  name: 'p',
  policy: parsePolicy({ Version: '2012-10-17', Statement: statement }, kind),
});
const user = (...statements: object[]): Principal => ({
  ...{ type: 'user', account, arn: `arn:aws:iam::${account}:user/ada`, id: 'AIDAEXAMPLEEXAMPLE01' },
  policies: { identity: statements.map((statement) => policyOf('identity', statement)) },
});

async function messageOf(principal: Principal, more: Partial<CallToAuthorize> = {}): Promise<string | undefined> {
  const keys = globalKeys({ now: 0, region: 'us-east-1' });
  const outcome = await authorize({ principal, operation: 'bedrock:X', accesses: [access], keys, ...more });
  return outcome.refusal?.message;
}

describe('authorize', () => {
  it('lets root act in its account, and lets everybody do what needs no permission', async () => {
    expect(await messageOf(root)).toBeUndefined();
    expect(await messageOf(user(), { accesses: [] })).toBeUndefined();
  });

  it('refuses in the words of AWS', async () => {
    const start = `User: arn:aws:iam::${account}:user/ada is not authorized to perform: bedrock:GetKnowledgeBase on resource: ${resource}`;
    expect(await messageOf(user())).toBe(
      `${start} because no identity-based policy allows the bedrock:GetKnowledgeBase action`,
    );
    const no = { Effect: 'Deny', Action: '*', Resource: '*' };
    expect(await messageOf(user(no))).toBe(`${start} with an explicit deny in an identity-based policy`);
    const policy = policyOf('resource', { ...no, Principal: '*' });
    expect(await messageOf(user(), { guard: async () => ({ account, policy }) })).toBe(
      `${start} with an explicit deny in a resource-based policy`,
    );
  });

  it('does not tell other accounts what a resource says of them', async () => {
    const message = `User: ${root.arn} is not authorized to perform: bedrock:GetKnowledgeBase on resource: ${foreign.resource}`;
    const policies = [
      undefined,
      policyOf('resource', { Effect: 'Deny', Action: '*', Resource: '*', Principal: '*' }),
      policyOf('resource', { Effect: 'Allow', Action: 's3:*', Resource: '*', Principal: '*' }),
    ];
    for (const policy of policies) {
      const guard = async (): Promise<ResourceGuard> => ({ account: '444455556666', ...(policy && { policy }) });
      expect(await messageOf(root, { accesses: [foreign], guard })).toBe(message);
    }
    expect(await messageOf(root, { accesses: [foreign] })).toBe(message);
  });

  it('refuses everybody an operation without a row', async () => {
    expect(await messageOf(root, { accesses: undefined })).toBe(
      `User: ${root.arn} is not authorized to perform: bedrock:X on resource: *`,
    );
  });

  it('asks for every access of a row', async () => {
    const allow = { Effect: 'Allow', Action: 'bedrock:*', Resource: '*' };
    const pass = { action: 'iam:PassRole', resource: `arn:aws:iam::${account}:role/r` };
    expect(await messageOf(user(allow))).toBeUndefined();
    expect(await messageOf(user(allow), { accesses: [access, pass] })).toContain('iam:PassRole');
  });

  it('adds at most 20 µs to a call of root', async () => {
    const call = { principal: root, operation: 'bedrock:X', accesses: [access] };
    const started = performance.now();
    const rounds = 5_000;
    for (let round = 0; round < rounds; round++) {
      await authorize({ ...call, keys: globalKeys({ now: round, region: 'us-east-1', sourceAddress: '::1' }) });
    }
    // Ten times the bar: other tests share the processor.
    expect((performance.now() - started) / rounds).toBeLessThan(0.2);
  });
});
