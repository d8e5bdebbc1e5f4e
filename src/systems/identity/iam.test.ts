import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetGroupCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListGroupsForUserCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  paginateListUsers,
  RemoveUserFromGroupCommand,
  SetDefaultPolicyVersionCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
  UpdateRoleCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdentity, listenForChanges } from './index.ts';
import { OPERATOR, startTestServer, type TestServer } from './start-test-server.ts';

const policy = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource = '*'): string => policy({ Effect: 'Allow', Action, Resource });
const TRUST = policy({ Effect: 'Allow', Principal: { AWS: OPERATOR }, Action: 'sts:AssumeRole' });

describe('IAM', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  }, 60_000);
  afterAll(() => server.close());

  /** A user with one key, and what clients are made with. */
  async function makeUser(name: string, document?: string) {
    const iam = server.iam();
    await iam.send(new CreateUserCommand({ UserName: name }));
    if (document) {
      await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument: document }));
    }
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  }

  it('keeps users with paths, tags and ids of their kind', async () => {
    const iam = server.iam();
    const { User } = await iam.send(
      new CreateUserCommand({ UserName: 'Ada', Path: '/team/', Tags: [{ Key: 'team', Value: 'blue' }] }),
    );
    expect(User).toMatchObject({
      UserName: 'Ada',
      Path: '/team/',
      UserId: expect.stringMatching(/^AIDA[0-9A-Z]{17}$/),
      Arn: `arn:aws:iam::${OPERATOR}:user/team/Ada`,
      Tags: [{ Key: 'team', Value: 'blue' }],
    });
    await expect(iam.send(new CreateUserCommand({ UserName: 'ADA' }))).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'User with name ADA already exists.',
      $metadata: { httpStatusCode: 409 },
    });
    await iam.send(
      new TagUserCommand({
        UserName: 'Ada',
        Tags: [
          { Key: 'Team', Value: 'red' },
          { Key: 'a', Value: '' },
        ],
      }),
    );
    await iam.send(new UntagUserCommand({ UserName: 'Ada', TagKeys: ['a'] }));
    const { Tags } = await iam.send(new ListUserTagsCommand({ UserName: 'Ada' }));
    expect(Tags).toEqual([{ Key: 'Team', Value: 'red' }]);
    await iam.send(new UpdateUserCommand({ UserName: 'Ada', NewUserName: 'Ada2', NewPath: '/' }));
    await expect(iam.send(new GetUserCommand({ UserName: 'Ada' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The user with name Ada cannot be found.',
    });
    const renamed = await iam.send(new GetUserCommand({ UserName: 'Ada2' }));
    expect(renamed.User?.UserId).toBe(User?.UserId);
    await iam.send(new DeleteUserCommand({ UserName: 'Ada2' }));
  });

  it('pages lists, with markers that are good for their list alone', async () => {
    const iam = server.iam();
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) {
      await iam.send(new CreateUserCommand({ UserName: name, Path: '/paged/' }));
    }
    const names: string[] = [];
    for await (const page of paginateListUsers({ client: iam, pageSize: 2 }, { PathPrefix: '/paged/' })) {
      names.push(...(page.Users ?? []).map((user) => user.UserName ?? ''));
    }
    expect(names).toEqual(['p1', 'p2', 'p3', 'p4', 'p5']);
    const { Marker } = await iam.send(new ListUsersCommand({ PathPrefix: '/paged/', MaxItems: 1 }));
    await expect(iam.send(new ListUsersCommand({ Marker }))).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('refuses to delete what things hang on, each with its sentence', async () => {
    const iam = server.iam();
    await makeUser('hung', allow('s3:*'));
    const remove = () => iam.send(new DeleteUserCommand({ UserName: 'hung' }));
    await expect(remove()).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must delete access keys first.',
    });
    await iam.send(new CreateRoleCommand({ RoleName: 'hung', AssumeRolePolicyDocument: TRUST }));
    await iam.send(
      new AttachRolePolicyCommand({ RoleName: 'hung', PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' }),
    );
    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'hung' }))).rejects.toMatchObject({
      message: 'Cannot delete entity, must detach all policies first.',
    });
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'hung' }));
    expect(AttachedPolicies).toEqual([
      { PolicyName: 'AmazonS3FullAccess', PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' },
    ]);
  });

  it('keeps managed policies in up to five versions', async () => {
    const iam = server.iam();
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'versions', PolicyDocument: allow('s3:GetObject') }),
    );
    const PolicyArn = Policy?.Arn ?? '';
    expect(Policy).toMatchObject({
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PolicyId: expect.stringMatching(/^ANPA/),
    });
    for (let version = 2; version <= 5; version++) {
      await iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn,
          PolicyDocument: allow(`s3:A${version}`),
          SetAsDefault: version === 3,
        }),
      );
    }
    const more = iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow('s3:More') }));
    await expect(more).rejects.toMatchObject({ name: 'LimitExceededException' });
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
    expect(Versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion])).toEqual([
      ['v5', false],
      ['v4', false],
      ['v3', true],
      ['v2', false],
      ['v1', false],
    ]);
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v4' }));
    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(allow('s3:A4'));
    expect(PolicyVersion?.Document).toContain('%7B%22Version%22');
    await expect(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v3' }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v5' }));
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v3' }));
    const next = await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow('s3:Next') }));
    expect(next.PolicyVersion?.VersionId).toBe('v6');
    await expect(iam.send(new DeletePolicyCommand({ PolicyArn }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    const bad = iam.send(new CreatePolicyCommand({ PolicyName: 'bad', PolicyDocument: '{"Statement":[]}' }));
    await expect(bad).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
  });

  it('lists AWS policies beside own ones and says who has which', async () => {
    const iam = server.iam();
    const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'AWS', MaxItems: 1000 }));
    expect(Policies.map(({ PolicyName }) => PolicyName)).toContain('AdministratorAccess');
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await iam.send(new CreateUserCommand({ UserName: 'reader' }));
    await iam.send(new AttachUserPolicyCommand({ UserName: 'reader', PolicyArn }));
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'reader', PermissionsBoundary: PolicyArn }));
    const uses = await iam.send(
      new ListEntitiesForPolicyCommand({ PolicyArn, PolicyUsageFilter: 'PermissionsPolicy' }),
    );
    expect(uses.PolicyUsers?.map(({ UserName }) => UserName)).toEqual(['reader']);
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    expect(Policy).toMatchObject({ AttachmentCount: 1, PermissionsBoundaryUsageCount: 1 });
    const attached = await iam.send(new ListPoliciesCommand({ OnlyAttached: true, Scope: 'AWS' }));
    expect(attached.Policies?.map((one) => one.Arn)).toContain(PolicyArn);
    const missing = new AttachUserPolicyCommand({ UserName: 'reader', PolicyArn: 'arn:aws:iam::aws:policy/Nothing' });
    await expect(iam.send(missing)).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('lets a user do what its policies allow, and no more at once after a change', async () => {
    const keys = await makeUser('walter');
    const own = server.iam(keys);
    const iam = server.iam();
    const me = await server.sts(keys).send(new GetCallerIdentityCommand({}));
    expect(me).toMatchObject({
      Account: OPERATOR,
      Arn: `arn:aws:iam::${OPERATOR}:user/walter`,
      UserId: expect.stringMatching(/^AIDA/),
    });
    const list = () => own.send(new ListUsersCommand({}));
    await expect(list()).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('is not authorized to perform: iam:ListUsers'),
    });
    const PolicyArn = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
    await iam.send(new AttachUserPolicyCommand({ UserName: 'walter', PolicyArn }));
    await list();
    await iam.send(new DetachUserPolicyCommand({ UserName: 'walter', PolicyArn }));
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' });
    await iam.send(new CreateGroupCommand({ GroupName: 'readers' }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'readers', PolicyArn }));
    await iam.send(new AddUserToGroupCommand({ GroupName: 'readers', UserName: 'walter' }));
    await list();
    const group = await iam.send(new GetGroupCommand({ GroupName: 'readers' }));
    expect(group.Users?.map(({ UserName }) => UserName)).toEqual(['walter']);
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName: 'walter' }));
    expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(['readers']);
    await iam.send(new RemoveUserFromGroupCommand({ GroupName: 'readers', UserName: 'walter' }));
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('stops a key at once when it is made inactive or deleted, and allows two', async () => {
    const keys = await makeUser('keyed', allow('iam:GetUser'));
    const iam = server.iam();
    const get = () => server.iam(keys).send(new GetUserCommand({}));
    expect((await get()).User?.UserName).toBe('keyed');
    const AccessKeyId = keys.accessKeyId;
    const used = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    expect(used).toMatchObject({ UserName: 'keyed', AccessKeyLastUsed: { ServiceName: 'iam', Region: 'us-east-1' } });
    await iam.send(new CreateAccessKeyCommand({ UserName: 'keyed' }));
    await expect(iam.send(new CreateAccessKeyCommand({ UserName: 'keyed' }))).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for AccessKeysPerUser: 2',
    });
    await iam.send(new UpdateAccessKeyCommand({ UserName: 'keyed', AccessKeyId, Status: 'Inactive' }));
    await expect(get()).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await iam.send(new UpdateAccessKeyCommand({ UserName: 'keyed', AccessKeyId, Status: 'Active' }));
    await get();
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'keyed', AccessKeyId }));
    await expect(get()).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('judges by the path of what is named, and by the boundary that it has', async () => {
    const iam = server.iam();
    await iam.send(new CreateUserCommand({ UserName: 'inside', Path: '/team/' }));
    await iam.send(new CreateUserCommand({ UserName: 'outside' }));
    const keys = await makeUser(
      'lead',
      allow(['iam:CreateAccessKey', 'iam:CreateUser', 'iam:UpdateUser'], `arn:aws:iam::${OPERATOR}:user/team/*`),
    );
    const lead = server.iam(keys);
    await lead.send(new CreateAccessKeyCommand({ UserName: 'inside' }));
    await expect(lead.send(new CreateAccessKeyCommand({ UserName: 'outside' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await lead.send(new CreateUserCommand({ UserName: 'new', Path: '/team/' }));
    await expect(lead.send(new CreateUserCommand({ UserName: 'new2' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    // Neither out of the path nor, by being taken in, from outside.
    await expect(lead.send(new UpdateUserCommand({ UserName: 'new', NewPath: '/' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    const boundary = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
    const delegated = policy({
      Effect: 'Allow',
      Action: ['iam:PutRolePolicy', 'iam:CreateRole'],
      Resource: '*',
      Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
    });
    const delegate = server.iam(await makeUser('delegate', delegated));
    const role = { RoleName: 'bounded', AssumeRolePolicyDocument: TRUST };
    await expect(delegate.send(new CreateRoleCommand(role))).rejects.toMatchObject({ name: 'AccessDenied' });
    await delegate.send(new CreateRoleCommand({ ...role, PermissionsBoundary: boundary }));
    const inline = { PolicyName: 'p', PolicyDocument: allow('*') };
    await delegate.send(new PutRolePolicyCommand({ RoleName: 'bounded', ...inline }));
    await iam.send(new CreateRoleCommand({ RoleName: 'unbounded', AssumeRolePolicyDocument: TRUST }));
    await expect(delegate.send(new PutRolePolicyCommand({ RoleName: 'unbounded', ...inline }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('simulates as it decides', async () => {
    const iam = server.iam();
    await makeUser(
      'simulated',
      policy(
        { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::logs/*' },
        { Effect: 'Deny', Action: 's3:GetObjectAcl', Resource: '*' },
      ),
    );
    const { EvaluationResults = [] } = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::${OPERATOR}:user/simulated`,
        ActionNames: ['s3:GetObject', 's3:PutObject', 's3:GetObjectAcl'],
        ResourceArns: ['arn:aws:s3:::logs/a', 'arn:aws:s3:::other/a'],
      }),
    );
    expect(EvaluationResults.map((one) => [one.EvalActionName, one.EvalResourceName, one.EvalDecision])).toEqual([
      ['s3:GetObject', 'arn:aws:s3:::logs/a', 'allowed'],
      ['s3:GetObject', 'arn:aws:s3:::other/a', 'implicitDeny'],
      ['s3:PutObject', 'arn:aws:s3:::logs/a', 'implicitDeny'],
      ['s3:PutObject', 'arn:aws:s3:::other/a', 'implicitDeny'],
      ['s3:GetObjectAcl', 'arn:aws:s3:::logs/a', 'explicitDeny'],
      ['s3:GetObjectAcl', 'arn:aws:s3:::other/a', 'explicitDeny'],
    ]);
    expect(EvaluationResults[0]?.MatchedStatements?.[0]).toMatchObject({ SourcePolicyType: 'user' });
    const conditional = policy({
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: '*',
      Condition: { StringEquals: { 's3:prefix': '$' + '{aws:username}/' } },
    });
    const custom = { PolicyInputList: [conditional], ActionNames: ['s3:ListBucket'] };
    const bare = await iam.send(new SimulateCustomPolicyCommand(custom));
    expect(bare.EvaluationResults?.[0]).toMatchObject({
      EvalDecision: 'implicitDeny',
      MissingContextValues: ['aws:username', 's3:prefix'],
    });
    const ContextEntries = [
      { ContextKeyName: 's3:prefix', ContextKeyType: 'string' as const, ContextKeyValues: ['ada/'] },
      { ContextKeyName: 'aws:username', ContextKeyType: 'string' as const, ContextKeyValues: ['ada'] },
    ];
    const filled = await iam.send(new SimulateCustomPolicyCommand({ ...custom, ContextEntries }));
    expect(filled.EvaluationResults?.[0]?.EvalDecision).toBe('allowed');
  });

  it('tells the whole account in pages', async () => {
    const iam = server.iam();
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'profile' }));
    const seen: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await iam.send(
        new GetAccountAuthorizationDetailsCommand({ MaxItems: 7, ...(Marker ? { Marker } : {}) }),
      );
      seen.push(...(page.UserDetailList ?? []).map((one) => `user ${one.UserName}`));
      seen.push(...(page.RoleDetailList ?? []).map((one) => `role ${one.RoleName}`));
      seen.push(...(page.Policies ?? []).map((one) => `policy ${one.PolicyName}`));
      Marker = page.Marker;
    } while (Marker);
    expect(seen).toContain('user walter');
    expect(seen).toContain('role bounded');
    expect(seen).toContain('policy AdministratorAccess');
    expect(new Set(seen).size).toBe(seen.length);
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}));
    expect(SummaryMap?.Users).toBe(seen.filter((one) => one.startsWith('user ')).length);
  });

  it('keeps inline policies and roles as they were put', async () => {
    const iam = server.iam();
    await iam.send(new CreateUserCommand({ UserName: 'inline' }));
    const document = '{ "Version": "2012-10-17",\n "Statement": {"Effect":"Allow","Action":"s3:*","Resource":"*"} }';
    await iam.send(new PutUserPolicyCommand({ UserName: 'inline', PolicyName: 'p', PolicyDocument: document }));
    const { PolicyDocument } = await iam.send(new GetUserPolicyCommand({ UserName: 'inline', PolicyName: 'p' }));
    expect(decodeURIComponent(PolicyDocument ?? '')).toBe(document);
    expect((await iam.send(new ListUserPoliciesCommand({ UserName: 'inline' }))).PolicyNames).toEqual(['p']);
    const large = allow(Array.from({ length: 200 }, (_, index) => `s3:Action${index}`));
    const tooLarge = new PutUserPolicyCommand({ UserName: 'inline', PolicyName: 'q', PolicyDocument: large });
    await expect(iam.send(tooLarge)).rejects.toMatchObject({ name: 'LimitExceededException' });
    await iam.send(new UpdateRoleCommand({ RoleName: 'bounded', MaxSessionDuration: 7200, Description: 'two hours' }));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'bounded' }));
    expect(Role).toMatchObject({
      MaxSessionDuration: 7200,
      Description: 'two hours',
      RoleId: expect.stringMatching(/^AROA/),
    });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(TRUST);
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe('arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess');
  });

  it('forgets in every process what one of them changed', async () => {
    const keys = await makeUser('elsewhere', allow('iam:GetUser'));
    const other = createIdentity(server.identityOptions);
    const stop = listenForChanges(server.identityOptions, other.forget);
    const rights = async () => (await other.credentials.find(keys.accessKeyId))?.principal.policies?.identity.length;
    expect(await rights()).toBe(1);
    await server.iam().send(new DeleteUserPolicyCommand({ UserName: 'elsewhere', PolicyName: 'own' }));
    expect(await rights()).toBe(0);
    stop();
  });
});
