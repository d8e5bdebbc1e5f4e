import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalUserId } from '../../../access/canonical-user.ts';
import { FIRST, SECOND, startTestServer, type TestServer } from '../start-test-server.ts';

let server: TestServer;
let owner: S3Client;
let other: S3Client;
beforeAll(async () => {
  server = await startTestServer();
  owner = server.client();
  other = server.client({ account: SECOND });
});
afterAll(() => server.close());

const refusal = (name: string, status: number) => ({ name, $metadata: { httpStatusCode: status } });
const denied = refusal('AccessDenied', 403);
let buckets = 0;

interface Statement {
  readonly Effect?: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

async function bucketOf(more: object = {}): Promise<string> {
  buckets += 1;
  const Bucket = `sharing-${buckets}`;
  await owner.send(new CreateBucketCommand({ Bucket, ...more }));
  return Bucket;
}

const put = (Bucket: string, Key: string, more: object = {}, client = owner) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: `the text of ${Key}`, ...more }));
const read = async (client: S3Client, Bucket: string, Key: string) =>
  (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const list = async (client: S3Client, Bucket: string, Prefix?: string) =>
  ((await client.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents ?? []).map(({ Key }) => Key);
const setPolicy = (Bucket: string, ...statements: Statement[]) => {
  const Statement = statements.map((one) => ({ Effect: 'Allow', Principal: '*', ...one }));
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  return owner.send(new PutBucketPolicyCommand({ Bucket, Policy }));
};
const block = (Bucket: string, PublicAccessBlockConfiguration: object) =>
  owner.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
const anonymously = (path: string, init?: RequestInit) => fetch(`${server.endpoint}/${path}`, init);
const secondAccount = { AWS: `arn:aws:iam::${SECOND}:root` };

describe('a bucket that nobody opened', () => {
  it('is its own account’s alone', async () => {
    const Bucket = await bucketOf();
    await put(Bucket, 'a');
    await expect(read(other, Bucket, 'a')).rejects.toMatchObject(denied);
    await expect(read(other, Bucket, 'missing')).rejects.toMatchObject(denied);
    await expect(list(other, Bucket)).rejects.toMatchObject(denied);
    await expect(put(Bucket, 'b', {}, other)).rejects.toMatchObject(denied);
    await expect(other.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    for (const path of [Bucket, `${Bucket}/a`, `${Bucket}/missing`, '']) {
      expect((await anonymously(path)).status).toBe(403);
    }
    expect((await anonymously(`${Bucket}/c`, { method: 'PUT', body: 'x' })).status).toBe(403);
    expect(await list(owner, Bucket)).toEqual(['a']);
  });
});

describe('a bucket policy', () => {
  it('opens a bucket to everybody', async () => {
    const Bucket = await bucketOf();
    await put(Bucket, 'a');
    await setPolicy(Bucket, { Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` });
    expect(await read(other, Bucket, 'a')).toBe('the text of a');
    expect(await (await anonymously(`${Bucket}/a`)).text()).toBe('the text of a');
    expect((await anonymously(`${Bucket}/a?response-content-type=text/html`)).status).toBe(400);
    await expect(list(other, Bucket)).rejects.toMatchObject(denied);
    await expect(other.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject(denied);
    const { PolicyStatus } = await owner.send(new GetBucketPolicyStatusCommand({ Bucket }));
    expect(PolicyStatus).toEqual({ IsPublic: true });
    await owner.send(new DeleteBucketPolicyCommand({ Bucket }));
    expect((await anonymously(`${Bucket}/a`)).status).toBe(403);
  });

  it('opens a prefix to one account, to list and to read', async () => {
    const Bucket = await bucketOf();
    await put(Bucket, 'shared/a');
    await put(Bucket, 'own/a');
    const Condition = { StringLike: { 's3:prefix': 'shared/*' } };
    await setPolicy(
      Bucket,
      { Principal: secondAccount, Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/shared/*` },
      { Principal: secondAccount, Action: 's3:ListBucket', Resource: `arn:aws:s3:::${Bucket}`, Condition },
    );
    expect(await read(other, Bucket, 'shared/a')).toBe('the text of shared/a');
    await expect(read(other, Bucket, 'own/a')).rejects.toMatchObject(denied);
    expect(await list(other, Bucket, 'shared/')).toEqual(['shared/a']);
    await expect(list(other, Bucket)).rejects.toMatchObject(denied);
    // What may be listed may be known to be missing.
    await expect(read(other, Bucket, 'shared/missing')).rejects.toMatchObject(refusal('NoSuchKey', 404));
    await expect(read(other, Bucket, 'own/missing')).rejects.toMatchObject(denied);
    const head = other.send(new HeadObjectCommand({ Bucket, Key: 'shared/missing' }));
    await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    expect((await anonymously(`${Bucket}/shared/a`)).status).toBe(403);
  });

  it('hides a missing key from who may read but not list', async () => {
    const Bucket = await bucketOf();
    await setPolicy(Bucket, { Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` });
    await expect(read(other, Bucket, 'missing')).rejects.toMatchObject(denied);
    expect((await anonymously(`${Bucket}/missing`)).status).toBe(403);
    await expect(read(owner, Bucket, 'missing')).rejects.toMatchObject(refusal('NoSuchKey', 404));
  });

  it('denies before all else, but never its root the policy itself', async () => {
    const Bucket = await bucketOf();
    await put(Bucket, 'a');
    const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
    await setPolicy(Bucket, { Action: 's3:*', Resource }, { Effect: 'Deny', Action: 's3:*', Resource });
    await expect(read(owner, Bucket, 'a')).rejects.toMatchObject(denied);
    await expect(list(owner, Bucket)).rejects.toMatchObject(denied);
    await owner.send(new DeleteBucketPolicyCommand({ Bucket }));
    expect(await read(owner, Bucket, 'a')).toBe('the text of a');
  });

  it('is asked about each key of a batch', async () => {
    const Bucket = await bucketOf();
    await put(Bucket, 'open/a');
    await put(Bucket, 'closed/a');
    await setPolicy(Bucket, { Action: 's3:DeleteObject', Resource: `arn:aws:s3:::${Bucket}/open/*` });
    const Objects = [{ Key: 'open/a' }, { Key: 'closed/a' }];
    const { Deleted, Errors } = await other.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toMatchObject([{ Key: 'open/a' }]);
    expect(Errors).toMatchObject([{ Key: 'closed/a', Code: 'AccessDenied' }]);
    expect(await list(owner, Bucket)).toEqual(['closed/a']);
    const nothing = other.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'closed/a' }] } }));
    await expect(nothing).rejects.toMatchObject(denied);
  });

  it('knows the tags of an object', async () => {
    const Bucket = await bucketOf();
    await put(Bucket, 'open');
    await put(Bucket, 'closed');
    await owner.send(
      new PutObjectTaggingCommand({ Bucket, Key: 'open', Tagging: { TagSet: [{ Key: 'public', Value: 'yes' }] } }),
    );
    const Condition = { StringEquals: { 's3:ExistingObjectTag/public': 'yes' } };
    await setPolicy(Bucket, { Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*`, Condition });
    expect(await read(other, Bucket, 'open')).toBe('the text of open');
    await expect(read(other, Bucket, 'closed')).rejects.toMatchObject(denied);
  });

  it('asks where a copy comes from', async () => {
    const source = await bucketOf();
    const Bucket = await bucketOf();
    await put(source, 'a');
    await put(source, 'b');
    await setPolicy(source, { Action: 's3:GetObject', Resource: `arn:aws:s3:::${source}/a` });
    const Condition = { StringLike: { 's3:x-amz-copy-source': `${source}/*` } };
    await setPolicy(Bucket, { Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/*`, Condition });
    const copy = (CopySource: string) => other.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
    await copy(`${source}/a`);
    await copy(`/${source}/%61`);
    await expect(copy(`${source}/b`)).rejects.toMatchObject(denied);
    await expect(copy(`${source}/b?versionId=null`)).rejects.toMatchObject(denied);
    await expect(put(Bucket, 'plain', {}, other)).rejects.toMatchObject(denied);
  });

  it('lets tags go along with a copy only where they may be read and set', async () => {
    const source = await bucketOf();
    await put(source, 'tagged', { Tagging: 'team=red' });
    const Bucket = 'of-the-second';
    await other.send(new CreateBucketCommand({ Bucket }));
    const Resource = `arn:aws:s3:::${source}/*`;
    const copy = (more: object = {}) =>
      other.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${source}/tagged`, ...more }));
    await setPolicy(source, { Action: 's3:GetObject', Resource });
    await expect(copy()).rejects.toMatchObject(denied);
    await copy({ TaggingDirective: 'REPLACE' });
    await setPolicy(source, { Action: ['s3:GetObject', 's3:GetObjectTagging'], Resource });
    await copy();
  });

  it.each([
    ['no JSON', 'nothing'],
    ['another bucket', { Action: 's3:GetObject', Resource: 'arn:aws:s3:::elsewhere/*', Principal: '*' }],
    ['another service', { Action: 'sqs:SendMessage', Resource: 'arn:aws:s3:::BUCKET/*', Principal: '*' }],
    ['nobody', { Action: 's3:GetObject', Resource: 'arn:aws:s3:::BUCKET/*' }],
    ['more than 20 KB', { Action: 's3:*', Resource: 'arn:aws:s3:::BUCKET/*', Principal: '*', Sid: 'x'.repeat(20_480) }],
  ])('is refused for %s', async (_what, statement) => {
    const Bucket = await bucketOf();
    const document = typeof statement === 'string' ? statement : { Statement: [{ Effect: 'Allow', ...statement }] };
    const Policy = JSON.stringify(document).replaceAll('BUCKET', Bucket);
    const sent = owner.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    await expect(sent).rejects.toMatchObject(refusal('MalformedPolicy', 400));
    await expect(owner.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject(
      refusal('NoSuchBucketPolicy', 404),
    );
  });
});

describe('access control lists', () => {
  it('are refused where they are disabled, as they are by default', async () => {
    const Bucket = await bucketOf();
    await put(Bucket, 'a');
    const unsupported = refusal('AccessControlListNotSupported', 400);
    await expect(put(Bucket, 'b', { ACL: 'public-read' })).rejects.toMatchObject(unsupported);
    await expect(owner.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))).rejects.toMatchObject(
      unsupported,
    );
    await expect(owner.send(new PutObjectAclCommand({ Bucket, Key: 'a', ACL: 'public-read' }))).rejects.toMatchObject(
      unsupported,
    );
    const created = owner.send(new CreateBucketCommand({ Bucket: 'never-made', ACL: 'public-read' }));
    await expect(created).rejects.toMatchObject(refusal('InvalidBucketAclWithObjectOwnership', 400));
    expect(await owner.send(new GetBucketAclCommand({ Bucket }))).toMatchObject({
      Owner: { ID: canonicalUserId(FIRST) },
      Grants: [{ Grantee: { ID: canonicalUserId(FIRST) }, Permission: 'FULL_CONTROL' }],
    });
  });

  it('open a bucket to list and an object to read, without a signature', async () => {
    const Bucket = await bucketOf({ ObjectOwnership: 'ObjectWriter', ACL: 'public-read' });
    await put(Bucket, 'open', { ACL: 'public-read' });
    await put(Bucket, 'closed');
    expect(await (await anonymously(Bucket)).text()).toContain('<Key>closed</Key>');
    expect(await (await anonymously(`${Bucket}/open`)).text()).toBe('the text of open');
    expect((await anonymously(`${Bucket}/closed`)).status).toBe(403);
    // The list of the bucket lets everybody know what is there.
    expect((await anonymously(`${Bucket}/missing`)).status).toBe(404);
    expect((await anonymously(`${Bucket}/x`, { method: 'PUT', body: 'x' })).status).toBe(403);
    expect((await anonymously(`${Bucket}?acl`)).status).toBe(403);
  });

  it('let others write, and what they write is theirs', async () => {
    const Bucket = await bucketOf({ ObjectOwnership: 'ObjectWriter', ACL: 'public-read-write' });
    await put(Bucket, 'theirs', {}, other);
    await expect(read(owner, Bucket, 'theirs')).rejects.toMatchObject(denied);
    expect(await read(other, Bucket, 'theirs')).toBe('the text of theirs');
    expect(await other.send(new GetObjectAclCommand({ Bucket, Key: 'theirs' }))).toMatchObject({
      Owner: { ID: canonicalUserId(SECOND) },
    });
    await put(Bucket, 'given', { ACL: 'bucket-owner-full-control' }, other);
    expect(await read(owner, Bucket, 'given')).toBe('the text of given');
    // A policy gives away what belongs to the bucket's owner alone.
    await setPolicy(Bucket, { Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` });
    expect((await anonymously(`${Bucket}/theirs`)).status).toBe(403);
    const big = Buffer.alloc(2 * 1024 * 1024, 'x');
    expect((await anonymously(`${Bucket}/big`, { method: 'PUT', body: big })).status).toBe(200);
    expect(await read(owner, Bucket, 'big')).toBe(big.toString());
  });

  it('stop to count when they are disabled, and cannot be then while one is set', async () => {
    const Bucket = await bucketOf({ ObjectOwnership: 'ObjectWriter', ACL: 'public-read' });
    await put(Bucket, 'a', { ACL: 'public-read' });
    const disable = () => {
      const Rules = [{ ObjectOwnership: 'BucketOwnerEnforced' as const }];
      return owner.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }));
    };
    await expect(disable()).rejects.toMatchObject(refusal('InvalidBucketAclWithObjectOwnership', 400));
    await owner.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }));
    await disable();
    expect((await anonymously(`${Bucket}/a`)).status).toBe(403);
    await expect(read(other, Bucket, 'a')).rejects.toMatchObject(denied);
  });
});

describe('an upload from another account', () => {
  it('gives the owner of the bucket full control where the policy asks for it', async () => {
    const Bucket = await bucketOf({ ObjectOwnership: 'BucketOwnerPreferred' });
    const Condition = { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } };
    const Resource = `arn:aws:s3:::${Bucket}/*`;
    await setPolicy(Bucket, { Principal: secondAccount, Action: 's3:PutObject', Resource, Condition });
    await expect(put(Bucket, 'a', {}, other)).rejects.toMatchObject(denied);
    await expect(put(Bucket, 'a', { ACL: 'private' }, other)).rejects.toMatchObject(denied);
    await put(Bucket, 'a', { ACL: 'bucket-owner-full-control' }, other);
    expect(await read(owner, Bucket, 'a')).toBe('the text of a');
    await expect(read(other, Bucket, 'a')).rejects.toMatchObject(denied);
  });
});

describe('the public access block', () => {
  const grants = `arn:aws:s3:::`;

  it('refuses what would open a bucket', async () => {
    const Bucket = await bucketOf({ ObjectOwnership: 'ObjectWriter' });
    await block(Bucket, { BlockPublicAcls: true, BlockPublicPolicy: true });
    const Resource = `${grants}${Bucket}/*`;
    await expect(setPolicy(Bucket, { Action: 's3:GetObject', Resource })).rejects.toMatchObject(denied);
    await setPolicy(Bucket, { Action: 's3:GetObject', Resource, Principal: secondAccount });
    await expect(owner.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))).rejects.toMatchObject(denied);
    await expect(put(Bucket, 'a', { ACL: 'authenticated-read' })).rejects.toMatchObject(denied);
    await put(Bucket, 'a', { ACL: 'private' });
    await expect(owner.send(new PutObjectAclCommand({ Bucket, Key: 'a', ACL: 'public-read' }))).rejects.toMatchObject(
      denied,
    );
    expect(await read(other, Bucket, 'a')).toBe('the text of a');
  });

  it('makes lists and policies that open it count for nothing', async () => {
    const Bucket = await bucketOf({ ObjectOwnership: 'ObjectWriter', ACL: 'public-read' });
    await put(Bucket, 'a', { ACL: 'public-read' });
    expect(await read(other, Bucket, 'a')).toBe('the text of a');
    await block(Bucket, { IgnorePublicAcls: true });
    await expect(read(other, Bucket, 'a')).rejects.toMatchObject(denied);
    expect((await anonymously(Bucket)).status).toBe(403);
    await setPolicy(Bucket, { Action: 's3:GetObject', Resource: `${grants}${Bucket}/*` });
    expect((await anonymously(`${Bucket}/a`)).status).toBe(200);
    await block(Bucket, { IgnorePublicAcls: true, RestrictPublicBuckets: true });
    expect((await anonymously(`${Bucket}/a`)).status).toBe(403);
    await expect(read(other, Bucket, 'a')).rejects.toMatchObject(denied);
    expect(await read(owner, Bucket, 'a')).toBe('the text of a');
    await owner.send(new DeletePublicAccessBlockCommand({ Bucket }));
    expect((await anonymously(`${Bucket}/a`)).status).toBe(200);
  });
});
