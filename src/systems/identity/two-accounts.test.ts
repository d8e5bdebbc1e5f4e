import * as client from '@aws-sdk/client-iam';
import { GetAccessKeyInfoCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR, startTestServer, type TestServer } from './start-test-server.ts';

const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: OPERATOR }, Action: 'sts:AssumeRole' }],
});
// Words that stand in every name and value of the first account, and in nothing of the second.
const MARK = 'hidden-marker';
const URL = `https://${MARK}.example.com`;
const policyArn = `arn:aws:iam::${OPERATOR}:policy/${MARK}`;

type Input = Readonly<Record<string, unknown>>;

/** Every member that names something, pointing at what the first account has. */
const NAMED: Input = {
  ...{ UserName: MARK, GroupName: MARK, RoleName: MARK, PolicyName: MARK, InstanceProfileName: MARK },
  ...{ PolicyArn: policyArn, PermissionsBoundary: policyArn, VersionId: 'v1', AccountAlias: MARK },
  ...{ OpenIDConnectProviderArn: `arn:aws:iam::${OPERATOR}:oidc-provider/${MARK}.example.com`, Url: URL },
  ...{ PolicySourceArn: `arn:aws:iam::${OPERATOR}:user/${MARK}`, ActionNames: ['s3:GetObject'] },
  ...{ PolicyDocument: document, AssumeRolePolicyDocument: trust, PolicyInputList: [document] },
  ...{ Tags: [{ Key: 'a', Value: 'b' }], TagKeys: [MARK], ThumbprintList: ['a'.repeat(40)], ClientID: MARK },
  ...{ Status: 'Inactive', NewPath: '/stolen/', Description: 'stolen', ClientIDList: ['x'] },
};

// They make or change what is the second account's own: nothing of the first can be named by them.
const OWN = /^(Create(User|Group|Role|Policy|InstanceProfile|AccountAlias|OpenIDConnectProvider)|DeleteAccountAlias)$/;

describe('two accounts', () => {
  let server: TestServer;
  let stranger: client.IAMClient;
  let accessKeyId = '';
  beforeAll(async () => {
    server = await startTestServer();
    await fill(server);
    accessKeyId = await makeStranger();
    stranger = server.iam(server.otherRoot);
  }, 60_000);
  afterAll(() => server.close());

  async function fill({ iam }: TestServer): Promise<void> {
    const own = iam();
    const Tags = [{ Key: MARK, Value: MARK }];
    const inline = { PolicyName: MARK, PolicyDocument: document };
    await own.send(new client.CreateUserCommand({ UserName: MARK, Tags }));
    await own.send(new client.CreateGroupCommand({ GroupName: MARK }));
    await own.send(new client.CreateRoleCommand({ RoleName: MARK, AssumeRolePolicyDocument: trust, Tags }));
    await own.send(new client.CreatePolicyCommand({ ...inline, Tags }));
    await own.send(new client.AttachUserPolicyCommand({ UserName: MARK, PolicyArn: policyArn }));
    await own.send(new client.PutUserPolicyCommand({ UserName: MARK, ...inline }));
    await own.send(new client.PutGroupPolicyCommand({ GroupName: MARK, ...inline }));
    await own.send(new client.PutRolePolicyCommand({ RoleName: MARK, ...inline }));
    await own.send(new client.AddUserToGroupCommand({ UserName: MARK, GroupName: MARK }));
    await own.send(new client.CreateInstanceProfileCommand({ InstanceProfileName: MARK, Tags }));
    await own.send(new client.CreateOpenIDConnectProviderCommand({ Url: URL, ClientIDList: [MARK], Tags }));
    await own.send(new client.CreateAccountAliasCommand({ AccountAlias: MARK }));
  }

  async function makeStranger(): Promise<string> {
    const { AccessKey } = await server.iam().send(new client.CreateAccessKeyCommand({ UserName: MARK }));
    return AccessKey?.AccessKeyId ?? '';
  }

  /** The whole of the first account as its root sees it, without the times of last use. */
  async function stateOf(): Promise<string> {
    const own = server.iam();
    const details = await own.send(new client.GetAccountAuthorizationDetailsCommand({ MaxItems: 1000 }));
    const { AccessKeyMetadata } = await own.send(new client.ListAccessKeysCommand({ UserName: MARK }));
    const provider = { OpenIDConnectProviderArn: `arn:aws:iam::${OPERATOR}:oidc-provider/${MARK}.example.com` };
    const { ClientIDList, ThumbprintList, Tags } = await own.send(new client.GetOpenIDConnectProviderCommand(provider));
    const { AccountAliases } = await own.send(new client.ListAccountAliasesCommand({}));
    const { $metadata: _metadata, ...rest } = details;
    return JSON.stringify({ rest, AccessKeyMetadata, ClientIDList, ThumbprintList, Tags, AccountAliases });
  }

  const names = async (): Promise<string[]> => Object.keys(server.identity.operations[0]?.operations ?? {});

  it('see and change nothing of each other, by any operation of IAM', async () => {
    const before = await stateOf();
    const tried: string[] = [];
    for (const name of (await names()).filter((one) => !OWN.test(one))) {
      const Command = (client as unknown as Record<string, new (input: Input) => never>)[`${name}Command`];
      if (!Command) throw new Error(`The client has no ${name}.`);
      const outcome = await stranger.send(new Command({ ...NAMED, AccessKeyId: accessKeyId })).then(
        (answer: object) => JSON.stringify({ ...answer, $metadata: undefined }),
        (error: Error) => `${error.name}: ${error.message}`,
      );
      // What a refusal repeats was said by the caller; an answer holds nothing of the first account.
      const isRefusal = /^(NoSuchEntity|AccessDenied|InvalidInput|EntityAlreadyExists|ValidationError)/.test(outcome);
      expect(isRefusal || !outcome.includes(MARK), `${name}: ${outcome}`).toBe(true);
      expect(outcome).not.toMatch(/InternalFailure|ServiceFailure/);
      tried.push(name);
    }
    expect(tried.length).toBeGreaterThan(80);
    expect(await stateOf()).toBe(before);
  }, 60_000);

  it('may both have things of one name', async () => {
    await stranger.send(new client.CreateUserCommand({ UserName: MARK }));
    await stranger.send(new client.CreateGroupCommand({ GroupName: MARK }));
    await stranger.send(new client.CreateRoleCommand({ RoleName: MARK, AssumeRolePolicyDocument: trust }));
    await expect(stranger.send(new client.CreateAccountAliasCommand({ AccountAlias: MARK }))).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
    });
    const { User } = await server.iam().send(new client.GetUserCommand({ UserName: MARK }));
    expect(User?.Arn).toContain(OPERATOR);
  });

  it('use no markers of each other', async () => {
    for (const name of ['m1', 'm2', 'm3']) {
      for (const iam of [server.iam(), stranger]) await iam.send(new client.CreateUserCommand({ UserName: name }));
    }
    const { Marker } = await server.iam().send(new client.ListUsersCommand({ MaxItems: 1 }));
    expect(Marker).toBeDefined();
    await expect(stranger.send(new client.ListUsersCommand({ Marker }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });

  it('never learn whose key is whose but by what STS tells of any key', async () => {
    const info = await server.sts(server.otherRoot).send(new GetAccessKeyInfoCommand({ AccessKeyId: accessKeyId }));
    expect(info.Account).toBe(OPERATOR);
    const used = stranger.send(new client.GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId }));
    await expect(used).rejects.toMatchObject({ name: expect.stringMatching(/NoSuchEntity|AccessDenied/) });
  });
});
