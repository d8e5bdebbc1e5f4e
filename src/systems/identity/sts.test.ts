import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestIssuer, type TestIssuer } from '../../access/oidc/start-test-issuer.ts';
import { type ClientKeys, OPERATOR, OTHER, startTestServer, type TestServer } from './start-test-server.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
const HOUR_MS = 3_600_000;
const policy = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource = '*'): string => policy({ Effect: 'Allow', Action, Resource });
const trust = (Principal: object, extra: object = {}): string =>
  policy({
    Effect: 'Allow',
    Principal,
    Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    ...extra,
  });
const arnOf = (role: string, account = OPERATOR): string => `arn:aws:iam::${account}:role/${role}`;

describe('STS', () => {
  let server: TestServer;
  let issuer: TestIssuer;
  beforeAll(async () => {
    [server, issuer] = await Promise.all([startTestServer(), startTestIssuer()]);
  }, 60_000);
  afterAll(() => Promise.all([server.close(), issuer.close()]));

  async function makeUser(name: string, document?: string, root = server.root): Promise<ClientKeys> {
    const iam = server.iam(root);
    await iam.send(new CreateUserCommand({ UserName: name }));
    if (document)
      await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument: document }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  }

  async function makeRole(name: string, document: string, PolicyArn?: string): Promise<void> {
    const iam = server.iam();
    await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: document, Path: '/' }));
    if (PolicyArn) await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
  }

  const keysOf = (credentials: Credentials | undefined): ClientKeys => ({
    accessKeyId: credentials?.AccessKeyId ?? '',
    secretAccessKey: credentials?.SecretAccessKey ?? '',
    sessionToken: credentials?.SessionToken ?? '',
  });

  const assume = async (keys: ClientKeys, role: string, more: object = {}): Promise<ClientKeys> => {
    const input = { RoleArn: role.startsWith('arn:') ? role : arnOf(role), RoleSessionName: 'work', ...more };
    return keysOf((await server.sts(keys).send(new AssumeRoleCommand(input))).Credentials);
  };

  it('gives keys of a role that do what the role may, and die with it', async () => {
    const ada = await makeUser('ada');
    await makeRole('reader', trust({ AWS: `arn:aws:iam::${OPERATOR}:user/ada` }), READ_ONLY);
    const session = await assume(ada, 'reader');
    expect(session.accessKeyId).toMatch(/^ASIA[0-9A-Z]{16}$/);
    const me = await server.sts(session).send(new GetCallerIdentityCommand({}));
    expect(me).toMatchObject({
      Arn: `arn:aws:sts::${OPERATOR}:assumed-role/reader/work`,
      UserId: expect.stringMatching(/^AROA[0-9A-Z]{17}:work$/),
      Account: OPERATOR,
    });
    const info = await server.sts().send(new GetAccessKeyInfoCommand({ AccessKeyId: session.accessKeyId }));
    expect(info.Account).toBe(OPERATOR);
    const list = () => server.iam(session).send(new ListUsersCommand({}));
    await list();
    const create = server.iam(session).send(new CreateUserCommand({ UserName: 'x' }));
    await expect(create).rejects.toMatchObject({ name: 'AccessDenied' });
    const iam = server.iam();
    expect((await iam.send(new GetRoleCommand({ RoleName: 'reader' }))).Role?.RoleLastUsed?.Region).toBe('us-east-1');
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'reader', PolicyArn: READ_ONLY }));
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' });
    await iam.send(new DeleteRoleCommand({ RoleName: 'reader' }));
    await expect(list()).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    // A new role of the old name is another role.
    await makeRole('reader', trust({ AWS: OPERATOR }), READ_ONLY);
    await expect(list()).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('refuses tokens that are changed, borrowed, missing or too old', async () => {
    await makeRole('dated', trust({ AWS: OPERATOR }), READ_ONLY);
    const session = await assume(server.root, 'dated', { DurationSeconds: 900 });
    const other = await assume(server.root, 'dated');
    const call = (keys: ClientKeys) => server.sts(keys).send(new GetCallerIdentityCommand({}));
    const token = session.sessionToken ?? '';
    const flipped = `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`;
    const { sessionToken: _token, ...without } = session;
    for (const keys of [
      { ...session, sessionToken: flipped },
      { ...session, sessionToken: other.sessionToken ?? '' },
      without,
    ]) {
      await expect(call(keys)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    }
    await call(session);
    server.passTime(900_000);
    try {
      await expect(call(session)).rejects.toMatchObject({ name: expect.stringMatching(/ExpiredToken/) });
    } finally {
      server.passTime(-900_000);
    }
  });

  it('checks external ids, durations, and who asks', async () => {
    const condition = { Condition: { StringEquals: { 'sts:ExternalId': 'secret-42' } } };
    await makeRole('external', trust({ AWS: OPERATOR }, condition), READ_ONLY);
    const caller = await makeUser('caller', allow('sts:AssumeRole'));
    const stranger = await makeUser('stranger');
    await assume(caller, 'external', { ExternalId: 'secret-42' });
    for (const [keys, more] of [
      [caller, {}],
      [caller, { ExternalId: 'other' }],
      [stranger, { ExternalId: 'secret-42' }],
    ] as const) {
      await expect(assume(keys, 'external', more)).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining('is not authorized to perform: sts:AssumeRole on resource'),
      });
    }
    await expect(assume(caller, 'not-there')).rejects.toMatchObject({ name: 'AccessDenied' });
    const long = { ExternalId: 'secret-42', DurationSeconds: 7200 };
    await expect(assume(caller, 'external', long)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
    await server.iam().send(new UpdateRoleCommand({ RoleName: 'external', MaxSessionDuration: 7200 }));
    await assume(caller, 'external', long);
  });

  it('needs both sides across accounts', async () => {
    await makeRole('shared', trust({ AWS: `arn:aws:iam::${OTHER}:root` }), READ_ONLY);
    const without = await makeUser('eve', undefined, server.otherRoot);
    const withRight = await makeUser('eva', allow('sts:AssumeRole', arnOf('shared')), server.otherRoot);
    await expect(assume(without, 'shared')).rejects.toMatchObject({ name: 'AccessDenied' });
    const session = await assume(withRight, 'shared');
    expect((await server.sts(session).send(new GetCallerIdentityCommand({}))).Account).toBe(OPERATOR);
    await makeRole('private', trust({ AWS: OPERATOR }), READ_ONLY);
    await expect(assume(server.otherRoot, 'private')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('narrows sessions by policies, and says how much of their room is taken', async () => {
    await makeRole('narrow', trust({ AWS: OPERATOR }), 'arn:aws:iam::aws:policy/AdministratorAccess');
    const session = await assume(server.root, 'narrow', { Policy: allow('iam:GetUser') });
    await expect(server.iam(session).send(new ListUsersCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    await server.iam(session).send(new GetUserCommand({ UserName: 'ada' }));
    const byArn = await assume(server.root, 'narrow', { PolicyArns: [{ arn: READ_ONLY }] });
    await server.iam(byArn).send(new ListUsersCommand({}));
    const create = server.iam(byArn).send(new CreateUserCommand({ UserName: 'no' }));
    await expect(create).rejects.toMatchObject({ name: 'AccessDenied' });
    const answer = await server
      .sts()
      .send(new AssumeRoleCommand({ RoleArn: arnOf('narrow'), RoleSessionName: 'work', Policy: allow('s3:*') }));
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    await expect(assume(server.root, 'narrow', { Policy: '{}' })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
    const missing = { PolicyArns: [{ arn: `arn:aws:iam::${OPERATOR}:policy/missing` }] };
    await expect(assume(server.root, 'narrow', missing)).rejects.toMatchObject({ name: 'NoSuchEntity' });
  });

  it('carries tags and the source identity down a chain of roles, an hour at most', async () => {
    const rights = policy(
      { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'iam:ListUsers',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue', 'aws:SourceIdentity': 'ada' } },
      },
    );
    for (const name of ['first', 'second']) {
      await makeRole(name, trust({ AWS: OPERATOR }));
      await server.iam().send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'p', PolicyDocument: rights }));
      await server.iam().send(new UpdateRoleCommand({ RoleName: name, MaxSessionDuration: 7200 }));
    }
    const Tags = [
      { Key: 'team', Value: 'blue' },
      { Key: 'local', Value: 'x' },
    ];
    const first = await assume(server.root, 'first', { Tags, TransitiveTagKeys: ['team'], SourceIdentity: 'ada' });
    await server.iam(first).send(new ListUsersCommand({}));
    const second = await assume(first, 'second');
    await server.iam(second).send(new ListUsersCommand({}));
    const again = { Tags: [{ Key: 'team', Value: 'red' }] };
    await expect(assume(first, 'second', again)).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(assume(first, 'second', { SourceIdentity: 'eve' })).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(assume(first, 'second', { DurationSeconds: 7200 })).rejects.toMatchObject({
      message: expect.stringContaining('1 hour session limit for roles assumed by role chaining'),
    });
  });

  it('ends older sessions of a role and lets new ones work', async () => {
    await makeRole('revoked', trust({ AWS: OPERATOR }), READ_ONLY);
    const older = await assume(server.root, 'revoked');
    const list = (keys: ClientKeys) => server.iam(keys).send(new ListUsersCommand({}));
    await list(older);
    await server.identity.revokeSessions(OPERATOR, 'revoked');
    await expect(list(older)).rejects.toMatchObject({ name: 'AccessDenied' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await list(await assume(server.root, 'revoked'));
    await server.iam().send(new DeleteRolePolicyCommand({ RoleName: 'revoked', PolicyName: 'AWSRevokeOlderSessions' }));
    await list(older);
  });

  it('gives users temporary keys of themselves that cannot change who may what', async () => {
    const keys = await makeUser('self', allow('*'));
    const { Credentials: own } = await server.sts(keys).send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
    const session = keysOf(own);
    const me = await server.sts(session).send(new GetCallerIdentityCommand({}));
    expect(me.Arn).toBe(`arn:aws:iam::${OPERATOR}:user/self`);
    await expect(server.iam(session).send(new ListUsersCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    await makeRole('self-role', trust({ AWS: OPERATOR }), READ_ONLY);
    await assume(session, 'self-role');
    await expect(server.sts(session).send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    const answer = await server.sts(keys).send(new GetFederationTokenCommand({ Name: 'guest', Policy: allow('s3:*') }));
    expect(answer.FederatedUser?.Arn).toBe(`arn:aws:sts::${OPERATOR}:federated-user/guest`);
    const guest = keysOf(answer.Credentials);
    expect((await server.sts(guest).send(new GetCallerIdentityCommand({}))).Arn).toContain('federated-user/guest');
    await expect(assume(guest, 'self-role')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('takes tokens of the OpenID Connect providers of the role’s account', async () => {
    const host = new URL(issuer.url).host;
    const provider = `arn:aws:iam::${OPERATOR}:oidc-provider/${host}`;
    const web = (Condition: object) =>
      policy({
        Effect: 'Allow',
        Principal: { Federated: provider },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition,
      });
    await makeRole('web', web({ StringEquals: { [`${host}:sub`]: 'ada', [`${host}:aud`]: 'loam' } }), READ_ONLY);
    const ask = (WebIdentityToken: string, RoleArn = arnOf('web')) => {
      const sts = server.sts({ accessKeyId: '', secretAccessKey: '' });
      return sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'web', WebIdentityToken }));
    };
    await expect(ask(issuer.token({ sub: 'ada' }))).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      message: expect.stringContaining('No OpenIDConnect provider found in your account'),
    });
    await server.iam().send(new CreateOpenIDConnectProviderCommand({ Url: issuer.url, ClientIDList: ['loam'] }));
    const answer = await ask(issuer.token({ sub: 'ada' }));
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'ada',
      Audience: 'loam',
      Provider: issuer.url,
      AssumedRoleUser: { Arn: `arn:aws:sts::${OPERATOR}:assumed-role/web/web` },
    });
    await server.iam(keysOf(answer.Credentials)).send(new ListUsersCommand({}));
    const downgraded = issuer.token({ sub: 'ada', iss: issuer.url.replace('127.0.0.1', 'issuer.example') });
    await expect(ask(downgraded)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
    await expect(ask(issuer.token({ sub: 'eve' }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(ask(issuer.token({ sub: 'ada' }), arnOf('narrow'))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(ask(issuer.token({ sub: 'ada', aud: 'x' }))).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
    });
    const past = Math.floor((Date.now() - HOUR_MS) / 1000);
    await expect(ask(issuer.token({ sub: 'ada', exp: past }))).rejects.toMatchObject({ name: 'ExpiredTokenException' });
    await server.iam().send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'web',
        PolicyDocument: web({
          StringLike: { [`${host}:sub`]: '*' },
          'ForAnyValue:StringEquals': { [`${host}:amr`]: 'mfa' },
        }),
      }),
    );
    await expect(ask(issuer.token({ sub: 'ada' }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await ask(issuer.token({ sub: 'ada', amr: ['pwd', 'mfa'] }, { alg: 'ES256' }));
  });

  it('ends everything of an account that is closed', async () => {
    const { id } = await server.accounts.create({ name: 'short-lived' });
    expect((await server.accounts.list()).map((one) => one.id)).toEqual(
      [OPERATOR, OTHER, id].sort((a, b) => (a === OPERATOR ? -1 : b === OPERATOR ? 1 : a === OTHER ? -1 : 1)),
    );
    const keys = await makeUser('closing', allow('*'), server.otherRoot);
    const { Credentials: own } = await server.sts(keys).send(new GetSessionTokenCommand({}));
    await server.accounts.close(OTHER);
    await server.identity.changed();
    for (const one of [keys, keysOf(own), server.otherRoot]) {
      const call = server.sts(one).send(new GetCallerIdentityCommand({}));
      await expect(call).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    }
    await expect(server.accounts.close(OPERATOR)).rejects.toMatchObject({ code: 'resource-conflict' });
  });
});
