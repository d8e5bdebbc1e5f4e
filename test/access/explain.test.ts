import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { type Caller, callerOf, loam, userWith } from './start-access.ts';

const ACCOUNT = '000000000000';
const BUCKET = 'explained';

interface Explanation {
  readonly allowed: boolean;
  readonly reason: { code: string; policy?: string; statement?: string; sentence?: string };
}

let server: TestServer;
let root: Caller;
let ada: Caller;

beforeAll(async () => {
  server = await startServer();
  root = callerOf(server, `arn:aws:iam::${ACCOUNT}:root`, server.client.credentials);
  await root.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  for (const Key of ['open/a', 'closed/a'])
    await root.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x' }));
  ada = await userWith(server, root, 'ada', [
    { Sid: 'Read', Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket', 'cloudtrail:*'], Resource: '*' },
    { Sid: 'KeepOut', Effect: 'Deny', Action: 's3:*', Resource: `arn:aws:s3:::${BUCKET}/closed/*` },
  ]);
}, 60_000);

afterAll(() => server.stop());

async function failureOf(work: Promise<unknown>): Promise<{ name: string; message: string; requestId: string }> {
  try {
    await work;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata: { requestId?: string } };
    return { name, message, requestId: $metadata.requestId ?? '' };
  }
  throw new Error('It was not refused.');
}

describe('a refusal', () => {
  it('follows the words of AWS, and says to those who may know which statement it was', async () => {
    const resource = `arn:aws:s3:::${BUCKET}/closed/a`;
    const refused = await failureOf(ada.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'closed/a' })));
    expect(refused.name).toBe('AccessDenied');
    expect(refused.message).toBe(
      `User: ${ada.arn} is not authorized to perform: s3:GetObject on resource: ${resource} with an explicit deny in an identity-based policy`,
    );
    await root.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'open/b', Body: 'x' }));
    await expect
      .poll(() => loam(server, root.credentials, 'ExplainAccess', { requestId: refused.requestId }).catch(() => null))
      .toMatchObject({
        allowed: false,
        principal: ada.arn,
        action: 's3:GetObject',
        resource,
        reason: { code: 'explicit-deny', policy: 'inline policy own of user ada', statement: 'KeepOut' },
      });
    await expect(loam(server, ada.credentials, 'ExplainAccess', { requestId: refused.requestId })).rejects.toThrow(
      'is not authorized to perform: loam:ExplainAccess',
    );
  });

  it('is told for what was not done yet, with the keys of the request', async () => {
    const question = { principal: ada.arn, action: 's3:PutObject', resource: `arn:aws:s3:::${BUCKET}/open/a` };
    const { allowed, reason } = await loam<Explanation>(server, root.credentials, 'ExplainAccess', question);
    expect([allowed, reason.code]).toEqual([false, 'no-identity-allow']);
  });
});

describe('what is explained and simulated', () => {
  it('is what the running server does', async () => {
    const iam = new IAMClient(root.client);
    const calls = {
      'open/a GetObject': () => ada.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'open/a' })),
      'closed/a GetObject': () => ada.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'closed/a' })),
      'open/a PutObject': () => ada.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'open/a', Body: 'y' })),
      'open/a DeleteObject': () => ada.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'open/a' })),
      'closed/a GetObjectTagging': () => ada.s3.send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key: 'closed/a' })),
      ' ListBucket': () => ada.s3.send(new ListObjectsV2Command({ Bucket: BUCKET })),
    };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...(Object.keys(calls) as (keyof typeof calls)[])), async (what) => {
        const [key, operation] = what.split(' ');
        const action = `s3:${operation}`;
        const resource = `arn:aws:s3:::${BUCKET}${key ? `/${key}` : ''}`;
        const allowed = await calls[what]().then(
          () => true,
          ({ name }: Error) => name !== 'AccessDenied',
        );
        const question = { principal: ada.arn, action, resource };
        expect((await loam<Explanation>(server, root.credentials, 'ExplainAccess', question)).allowed).toBe(allowed);
        const { EvaluationResults: [result] = [] } = await iam.send(
          new SimulatePrincipalPolicyCommand({
            PolicySourceArn: ada.arn,
            ActionNames: [action],
            ResourceArns: [resource],
          }),
        );
        expect(result?.EvalDecision === 'allowed').toBe(allowed);
      }),
      { numRuns: 20 },
    );
    iam.destroy();
  });
});

describe('the trail', () => {
  it('is looked up as CloudTrail is', async () => {
    const sts = new STSClient(ada.client);
    await sts.send(new GetCallerIdentityCommand({}));
    await ada.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'open/b' }));
    const trail = new CloudTrailClient(ada.client);
    const look = async (AttributeKey: string, AttributeValue: string, more: object = {}) => {
      const LookupAttributes = [{ AttributeKey, AttributeValue }] as never;
      return trail.send(new LookupEventsCommand({ LookupAttributes, ...more }));
    };
    await expect.poll(async () => (await look('EventName', 'HeadObject')).Events?.length).toBe(1);
    const { Events: [event] = [] } = await look('EventName', 'HeadObject');
    expect(event).toMatchObject({
      ...{ EventSource: 's3.amazonaws.com', ReadOnly: 'true', Username: 'ada' },
      ...{ AccessKeyId: ada.credentials.accessKeyId },
      Resources: [{ ResourceType: 'AWS::S3::Object', ResourceName: `${BUCKET}/open/b` }],
    });
    expect(JSON.parse(event?.CloudTrailEvent ?? '')).toMatchObject({
      ...{ eventName: 'HeadObject', awsRegion: 'us-east-1', recipientAccountId: ACCOUNT, readOnly: true },
      userIdentity: { type: 'IAMUser', arn: ada.arn, userName: 'ada', accountId: ACCOUNT },
      sourceIPAddress: '127.0.0.1',
    });
    expect((await look('Username', 'ada', { MaxResults: 2 })).NextToken).toBeDefined();
    const first = await look('EventSource', 's3.amazonaws.com', { MaxResults: 1 });
    const second = await look('EventSource', 's3.amazonaws.com', { MaxResults: 1, NextToken: first.NextToken });
    expect(second.Events?.[0]?.EventId).not.toBe(first.Events?.[0]?.EventId);
    await expect(look('EventName', 'HeadObject', { NextToken: first.NextToken })).rejects.toMatchObject({
      name: 'InvalidNextTokenException',
    });
    expect((await look('EventId', event?.EventId ?? '')).Events).toHaveLength(1);
    expect((await look('ReadOnly', 'false')).Events).not.toHaveLength(0);
    await expect(look('ReadOnly', 'perhaps')).rejects.toMatchObject({ name: 'InvalidLookupAttributesException' });
    await expect(
      trail.send(new LookupEventsCommand({ StartTime: new Date(2e12), EndTime: new Date(1e12) })),
    ).rejects.toMatchObject({ name: 'InvalidTimeRangeException' });
  });

  it('verifies', async () => {
    const verification = await loam<{ broken?: object }>(server, root.credentials, 'VerifyAudit', {});
    expect(verification.broken).toBeUndefined();
  });
});
