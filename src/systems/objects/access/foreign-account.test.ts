import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3Permissions } from '../api/permissions.ts';
import { SECOND, startTestServer, type TestServer } from '../start-test-server.ts';

const Bucket = 'of-the-first';
const Key = 'secret';
const OWN_BUCKET = 'of-the-second';
const PIECE = 'x'.repeat(5 * 1024 * 1024);

let server: TestServer;
let owner: s3.S3Client;
let other: s3.S3Client;
let nobody: s3.S3Client;
let UploadId: string;
let VersionId: string;

beforeAll(async () => {
  server = await startTestServer();
  owner = server.client();
  other = server.client({ account: SECOND });
  nobody = server.client({ signer: { sign: async (request) => request } });
  await owner.send(new s3.CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  await other.send(new s3.CreateBucketCommand({ Bucket: OWN_BUCKET }));
  const put = await owner.send(new s3.PutObjectCommand({ Bucket, Key, Body: 'the secret' }));
  VersionId = put.VersionId ?? '';
  await other.send(new s3.PutObjectCommand({ Bucket: OWN_BUCKET, Key, Body: 'of the second' }));
  UploadId = (await owner.send(new s3.CreateMultipartUploadCommand({ Bucket, Key }))).UploadId ?? '';
  await owner.send(new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: PIECE }));
}, 60_000);
afterAll(() => server.close());

type Input = Record<string, unknown>;
type CommandOf = new (input: Input) => s3.PutObjectCommand;

/** Everything that some operation needs; each takes what it knows. */
const everything = (): Input => ({
  ...{
    Bucket,
    Key,
    UploadId,
    PartNumber: 1,
    Body: 'changed',
    CopySource: `${OWN_BUCKET}/${Key}`,
    PartNumberMarker: '0',
  },
  ObjectAttributes: ['ETag', 'ObjectSize'],
  MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"x"' }] },
  Delete: { Objects: [{ Key }, { Key, VersionId }] },
  Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] },
  Policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }] }),
  PublicAccessBlockConfiguration: { BlockPublicAcls: true },
  OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
  RequestPaymentConfiguration: { Payer: 'Requester' },
  VersioningConfiguration: { Status: 'Suspended' },
  ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
  Retention: { Mode: 'COMPLIANCE', RetainUntilDate: new Date('2099-01-01') },
  LegalHold: { Status: 'ON' },
  CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] },
  LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }] },
  NotificationConfiguration: {},
  ServerSideEncryptionConfiguration: {
    Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  },
  BypassGovernanceRetention: true,
});
/** Operations that take the same member in another form. */
const FORMS: Readonly<Record<string, Input>> = {
  PutObject: { Tagging: 'a=b' },
  CopyObject: { Tagging: undefined },
  CreateMultipartUpload: { Tagging: 'a=b' },
  PutBucketAcl: { ACL: 'public-read' },
  PutObjectAcl: { ACL: 'public-read' },
};
const OF_NO_BUCKET = new Set(['ListBuckets', 'CreateBucket']);
const offered = (): string[] => Object.keys(server.objects.operations.operations);
const commandOf = (name: string) => (s3 as unknown as Record<string, CommandOf>)[`${name}Command`];

function send(client: s3.S3Client, name: string, more: Input = {}) {
  const Command = commandOf(name);
  if (!Command) throw new Error(`The client has no ${name}.`);
  return client.send(new Command({ ...everything(), ...FORMS[name], ...more }));
}

async function statusOf(answer: Promise<unknown>): Promise<number | undefined> {
  try {
    await answer;
    return 200;
  } catch (error) {
    return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  }
}

async function everythingStored(): Promise<string> {
  const tables = [
    'buckets',
    'bucket_settings',
    'objects',
    'object_uploads',
    'object_parts',
    'object_uploads_completed',
  ];
  const rows = await Promise.all(
    tables.map((table) => server.database.system<{ row: string }>(`select t::text as row from ${table} t order by 1`)),
  );
  return JSON.stringify(rows);
}

describe('every operation', () => {
  it('has a row that says what it does', () => {
    expect(offered().filter((name) => !Object.hasOwn(s3Permissions, name))).toEqual([]);
  });

  it('is refused to another account and to nobody, and changes nothing', async () => {
    const before = await everythingStored();
    const answers: Record<string, unknown> = {};
    for (const name of offered().filter((one) => !OF_NO_BUCKET.has(one))) {
      for (const [who, client] of Object.entries({ other, nobody })) {
        answers[`${name} by ${who}`] = await statusOf(send(client, name));
        if (/Object/.test(name)) {
          answers[`${name} of a version by ${who}`] = await statusOf(send(client, name, { VersionId }));
          answers[`${name} of nothing by ${who}`] = await statusOf(send(client, name, { Key: 'nothing' }));
        }
      }
    }
    const allowed = Object.entries(answers).filter(([, status]) => status !== 403);
    expect(allowed).toEqual([]);
    expect(await everythingStored()).toBe(before);
  }, 60_000);

  it('reads no source of another account', async () => {
    const own = { Bucket: OWN_BUCKET, Key: 'taken', CopySource: `${Bucket}/${Key}` };
    const upload = await other.send(new s3.CreateMultipartUploadCommand({ Bucket: OWN_BUCKET, Key: 'taken' }));
    for (const CopySource of [`${Bucket}/${Key}`, `/${Bucket}/${Key}`, `${Bucket}/${Key}?versionId=${VersionId}`]) {
      expect(await statusOf(send(other, 'CopyObject', { ...own, CopySource }))).toBe(403);
      const part = { ...own, CopySource, UploadId: upload.UploadId };
      expect(await statusOf(send(other, 'UploadPartCopy', part))).toBe(403);
    }
    const { Contents } = await other.send(new s3.ListObjectsV2Command({ Bucket: OWN_BUCKET }));
    expect(Contents?.map((entry) => entry.Key)).toEqual([Key]);
  });

  it('finds no upload of another account under a bucket of its own', async () => {
    const own = { Bucket: OWN_BUCKET, UploadId };
    for (const name of ['UploadPart', 'ListParts', 'CompleteMultipartUpload', 'AbortMultipartUpload']) {
      expect([name, await statusOf(send(other, name, own))]).toEqual([name, 404]);
    }
  });
});

describe('a bucket that changes hands', () => {
  it('is not touched by a call that was allowed on what it was before', async () => {
    const name = 'passed-on';
    await owner.send(new s3.CreateBucketCommand({ Bucket: name }));
    await owner.send(new s3.HeadBucketCommand({ Bucket: name }));
    // As another replica would: deleted by its owner, and created anew by somebody else.
    await server.database.system('update buckets set account = :account where name = :name', { account: SECOND, name });
    const Policy = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${name}/*` }],
    });
    expect(await statusOf(owner.send(new s3.PutBucketPolicyCommand({ Bucket: name, Policy })))).toBe(403);
    expect(await statusOf(owner.send(new s3.PutObjectCommand({ Bucket: name, Key, Body: 'x' })))).toBe(403);
    expect(await statusOf(owner.send(new s3.GetObjectCommand({ Bucket: name, Key })))).toBe(403);
    expect(await statusOf(other.send(new s3.GetBucketPolicyCommand({ Bucket: name })))).toBe(404);
  });
});
