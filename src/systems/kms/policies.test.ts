import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  type KMSClient,
  ListGrantsCommand,
  ListKeyPoliciesCommand,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST, SECOND, startTestKms, type TestKms, USER } from './start-test-server.ts';

describe('who may use a key', () => {
  let test: TestKms;
  let root: KMSClient;

  beforeAll(async () => {
    test = await startTestKms();
    root = test.client();
  });
  afterAll(() => test.close());

  const createKey = async (Policy?: object) => {
    const command = new CreateKeyCommand(Policy ? { Policy: JSON.stringify(Policy) } : {});
    return (await root.send(command)).KeyMetadata?.Arn ?? '';
  };
  const encrypt = (client: KMSClient, KeyId: string, EncryptionContext: Record<string, string> = {}) =>
    client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext }));
  const denied = { name: 'AccessDeniedException' };
  const statement = (Principal: unknown, Action: unknown, Condition?: object) => ({
    ...{ Effect: 'Allow', Principal, Action, Resource: '*' },
    ...(Condition && { Condition }),
  });
  const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
  const allow = (Action: string, Resource: string) => policy({ Effect: 'Allow', Action, Resource });
  const ofAccount = statement({ AWS: `arn:aws:iam::${FIRST}:root` }, 'kms:*');

  it('is decided by the account under the policy that keys have by default', async () => {
    const arn = await createKey();
    const { Policy, PolicyName } = await root.send(new GetKeyPolicyCommand({ KeyId: arn }));
    expect(PolicyName).toBe('default');
    expect(JSON.parse(Policy ?? '')).toMatchObject({ Statement: [{ Sid: 'Enable IAM User Permissions' }] });
    expect((await root.send(new ListKeyPoliciesCommand({ KeyId: arn }))).PolicyNames).toEqual(['default']);
    await expect(encrypt(test.userClient(), arn)).rejects.toMatchObject(denied);
    await encrypt(test.userClient(allow('kms:Encrypt', arn)), arn);
    await expect(encrypt(test.userClient(allow('kms:Encrypt', `${arn}0`)), arn)).rejects.toMatchObject(denied);
  });

  it('is asked about the key, whatever alias names it', async () => {
    const arn = await createKey();
    await root.send(new CreateAliasCommand({ AliasName: 'alias/named', TargetKeyId: arn }));
    await encrypt(test.userClient(allow('kms:Encrypt', arn)), 'alias/named');
    const byAlias = test.userClient(allow('kms:Encrypt', `arn:aws:kms:us-east-1:${FIRST}:alias/named`));
    await expect(encrypt(byAlias, 'alias/named')).rejects.toMatchObject(denied);
  });

  it('is decided by the key alone where its policy does not name the account', async () => {
    const arn = await createKey(policy(statement({ AWS: USER }, ['kms:Encrypt', 'kms:PutKeyPolicy']), ofAccount));
    const user = test.userClient();
    await encrypt(user, arn);
    await expect(user.send(new DescribeKeyCommand({ KeyId: arn }))).rejects.toMatchObject(denied);
    const Policy = JSON.stringify(policy(statement({ AWS: USER }, 'kms:*')));
    await user.send(new PutKeyPolicyCommand({ KeyId: arn, Policy }));
    await expect(encrypt(test.userClient(allow('kms:*', '*')), arn)).resolves.toBeDefined();
    await expect(encrypt(root, arn)).rejects.toMatchObject(denied);
  });

  it('keeps an author from locking everybody out', async () => {
    const arn = await createKey();
    const Policy = JSON.stringify(policy(statement({ AWS: USER }, 'kms:Encrypt')));
    const locking = root.send(new PutKeyPolicyCommand({ KeyId: arn, Policy }));
    await expect(locking).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
    await root.send(new PutKeyPolicyCommand({ KeyId: arn, Policy, BypassPolicyLockoutSafetyCheck: true }));
  });

  it('reads the encryption context and the caller', async () => {
    const condition = { StringEquals: { 'kms:EncryptionContext:team': 'a', 'kms:CallerAccount': FIRST } };
    const arn = await createKey(policy(statement({ AWS: USER }, 'kms:Encrypt', condition), ofAccount));
    const user = test.userClient();
    await encrypt(user, arn, { team: 'a' });
    await expect(encrypt(user, arn, { team: 'b' })).rejects.toMatchObject(denied);
    await expect(encrypt(user, arn)).rejects.toMatchObject(denied);
  });

  it('takes both policies across accounts', async () => {
    const arn = await createKey(policy(ofAccount, statement({ AWS: `arn:aws:iam::${SECOND}:root` }, 'kms:Encrypt')));
    const stranger = test.client(SECOND);
    const { CiphertextBlob } = await encrypt(stranger, arn);
    await expect(stranger.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject(denied);
    await root.send(new DecryptCommand({ CiphertextBlob }));
    await expect(encrypt(stranger, await createKey())).rejects.toMatchObject(denied);
  });

  it('is given by grants, within their constraints, until they are revoked or retired', async () => {
    const arn = await createKey();
    const user = test.userClient();
    await expect(encrypt(user, arn)).rejects.toMatchObject(denied);
    const { GrantId } = await root.send(
      new CreateGrantCommand({
        ...{ KeyId: arn, GranteePrincipal: USER, Operations: ['Encrypt'] },
        Constraints: { EncryptionContextSubset: { team: 'a' } },
      }),
    );
    await encrypt(user, arn, { team: 'a', more: 'b' });
    await expect(encrypt(user, arn, { team: 'b' })).rejects.toMatchObject(denied);
    const { Grants } = await root.send(new ListGrantsCommand({ KeyId: arn }));
    expect(Grants).toMatchObject([{ GrantId, GranteePrincipal: USER, Operations: ['Encrypt'] }]);
    await root.send(new RevokeGrantCommand({ KeyId: arn, GrantId }));
    await expect(encrypt(user, arn, { team: 'a' })).rejects.toMatchObject(denied);
    const second = await root.send(
      new CreateGrantCommand({
        ...{ KeyId: arn, GranteePrincipal: USER, RetiringPrincipal: USER, Operations: ['Encrypt'] },
      }),
    );
    await encrypt(user, arn);
    await user.send(new RetireGrantCommand({ GrantToken: second.GrantToken }));
    await expect(encrypt(user, arn)).rejects.toMatchObject(denied);
  });
});
