import { GetRoleCommand, IAMClient, ListRolesCommand, NoSuchEntityException } from '@aws-sdk/client-iam';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoamError } from '../../src/core/errors.ts';
import { type Operation, real } from '../../src/wire/operation.ts';
import { startWireServer, type WireServer } from './server.ts';

const AT = new Date('2026-01-01T00:00:00Z');
const ROLE = 'arn:aws:iam::123456789012:role/abc';
const seen: { input?: unknown } = {};

function keep(answer: object): Operation {
  return real(async (input) => {
    seen.input = input;
    return answer;
  });
}

const missing: Operation = real(async () => {
  throw new LoamError('resource-not-found', { type: 'role', id: 'r' });
});

describe('awsQuery', () => {
  let server: WireServer;
  beforeAll(async () => {
    const Credentials = { AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 's', SessionToken: 't', Expiration: AT };
    const role = {
      Path: '/',
      RoleName: 'r<1>&"',
      RoleId: 'i',
      Arn: 'a',
      CreateDate: AT,
      Tags: [{ Key: 'k', Value: 'v' }],
    };
    server = await startWireServer([
      {
        service: 'sts',
        operations: {
          AssumeRole: keep({ Credentials }),
          AssumeRoleWithWebIdentity: keep({ SubjectFromWebIdentityToken: 'subject' }),
        },
      },
      { service: 'iam', operations: { ListRoles: keep({ Roles: [role], IsTruncated: false }), GetRole: missing } },
    ]);
  });
  afterAll(() => server.close());

  it('reads lists of structures and writes structures', async () => {
    const input = {
      RoleArn: ROLE,
      RoleSessionName: 'sess',
      DurationSeconds: 900,
      Tags: [
        { Key: 'a', Value: 'b' },
        { Key: 'c', Value: '' },
      ],
    };
    const { Credentials } = await new STSClient(server.client).send(new AssumeRoleCommand(input));
    expect(seen.input).toEqual(input);
    expect(Credentials).toMatchObject({ AccessKeyId: 'ASIAEXAMPLE', Expiration: AT });
  });

  it('escapes what XML must', async () => {
    const { Roles } = await new IAMClient(server.client).send(new ListRolesCommand({}));
    expect(Roles?.[0]).toMatchObject({ RoleName: 'r<1>&"', CreateDate: AT, Tags: [{ Key: 'k', Value: 'v' }] });
  });

  it('raises modelled exceptions by their awsQuery code', async () => {
    const refused = new IAMClient(server.client).send(new GetRoleCommand({ RoleName: 'r' }));
    await expect(refused).rejects.toThrow(NoSuchEntityException);
    await expect(refused).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  it('lets calls without a signature do only what the model says', async () => {
    const anonymous = new STSClient({ ...server.client, credentials: { accessKeyId: '', secretAccessKey: '' } });
    const input = { RoleArn: ROLE, RoleSessionName: 'sess', WebIdentityToken: 'token' };
    const answer = await anonymous.send(new AssumeRoleWithWebIdentityCommand(input));
    expect(answer.SubjectFromWebIdentityToken).toBe('subject');
    const body = 'Action=AssumeRole&Version=2011-06-15';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const refused = await fetch(server.endpoint, { method: 'POST', headers, body });
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining('MissingAuthenticationToken'),
    ]);
  });

  it('asks for a signature, in the words of AWS, where the version is of a service that takes nothing without', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = 'Action=ListUsers&Version=2010-05-08';
    const asked = [
      fetch(server.endpoint, { method: 'POST', headers, body }),
      fetch(`${server.endpoint}/?${body}`),
      fetch(`${server.endpoint}/_aws/iam`, { method: 'POST', headers, body }),
    ];
    for (const refused of await Promise.all(asked)) {
      const expected = expect.stringMatching(/<ErrorResponse.*<Code>MissingAuthenticationToken</);
      expect([refused.status, await refused.text()]).toEqual([403, expected]);
    }
    const unknown = await fetch(server.endpoint, { method: 'POST', headers, body: 'Action=Nope&Version=2011-06-15' });
    expect([unknown.status, await unknown.text()]).toEqual([400, expect.stringContaining('STS has no operation')]);
  });

  it('tells all violations in one answer, in the words of AWS', async () => {
    const input = { RoleArn: ROLE, RoleSessionName: 'a session', DurationSeconds: 1 };
    const refused = new STSClient(server.client).send(new AssumeRoleCommand(input));
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        "2 validation errors detected: Value 'a session' at 'RoleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*; Value '1' at 'DurationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('answers 501 for what is not built', async () => {
    const refused = new SNSClient(server.client).send(new PublishCommand({ Message: 'x', TopicArn: 'arn' }));
    await expect(refused).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'SNS: Publish is not implemented.',
    });
  });
});
