import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOptions, FIRST, SECOND, startTestServer, type TestServer } from './start-test-server.ts';

let server: TestServer;
let s3: S3Client;
beforeAll(async () => {
  server = await startTestServer();
  s3 = server.client();
});
afterAll(() => server.close());

const create = (Bucket: string, client = s3) => client.send(new CreateBucketCommand({ Bucket }));
const createIn = (Bucket: string, LocationConstraint: string, client = s3) =>
  client.send(
    new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: LocationConstraint as 'eu-west-1' },
    }),
  );
const refusal = (name: string, status: number) => ({ name, $metadata: { httpStatusCode: status } });

describe('creating buckets', () => {
  it('takes a name once for all accounts', async () => {
    expect(await create('the-first')).toMatchObject({ Location: '/the-first' });
    const other = server.client({ account: SECOND });
    await expect(create('the-first', other)).rejects.toMatchObject(refusal('BucketAlreadyExists', 409));
  });

  it('lets an owner repeat it in us-east-1 alone', async () => {
    await create('repeated');
    await create('repeated');
    const europe = server.client({ region: 'eu-west-1' });
    await createIn('european', 'eu-west-1', europe);
    await expect(createIn('european', 'eu-west-1', europe)).rejects.toMatchObject(
      refusal('BucketAlreadyOwnedByYou', 409),
    );
    await expect(create('european')).rejects.toMatchObject(refusal('BucketAlreadyOwnedByYou', 409));
  });

  it('puts them where the location says', async () => {
    await createIn('in-ireland', 'EU');
    await createIn('in-sydney', 'ap-southeast-2');
    const head = await s3.send(new HeadBucketCommand({ Bucket: 'in-ireland' }));
    expect(head.BucketRegion).toBe('eu-west-1');
    const location = await s3.send(new GetBucketLocationCommand({ Bucket: 'in-sydney' }));
    expect(location.LocationConstraint).toBe('ap-southeast-2');
    await create('in-virginia');
    const virginia = await s3.send(new GetBucketLocationCommand({ Bucket: 'in-virginia' }));
    expect(virginia.LocationConstraint).toBeUndefined();
  });

  it('refuses a location that does not fit the endpoint', async () => {
    await expect(createIn('x-location', 'us-east-1')).rejects.toMatchObject(refusal('InvalidLocationConstraint', 400));
    await expect(createIn('x-location', 'the moon')).rejects.toMatchObject(refusal('InvalidLocationConstraint', 400));
    const europe = server.client({ region: 'eu-west-1' });
    await expect(createIn('x-location', 'eu-central-1', europe)).rejects.toMatchObject(
      refusal('IllegalLocationConstraintException', 400),
    );
  });

  it.each([
    'ab',
    'a'.repeat(64),
    'Upper',
    'under_score',
    '-start',
    'end-',
    'two..dots',
    '192.168.5.4',
    'xn--name',
    'name-s3alias',
    'name.mrap',
    'sp ace',
    'ünicode',
  ])('refuses the name %j', async (name) => {
    await expect(create(name)).rejects.toMatchObject(refusal('InvalidBucketName', 400));
  });

  it.each(['abc', 'a'.repeat(63), 'with.dots.and-hyphens', '123'])('takes the name %j', async (name) => {
    await create(name);
  });
});

describe('deleting buckets', () => {
  it('wants them empty', async () => {
    const Bucket = 'emptied';
    await create(Bucket);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject(refusal('BucketNotEmpty', 409));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
    for (const command of [
      new DeleteBucketCommand({ Bucket }),
      new ListObjectsV2Command({ Bucket }),
      new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }),
      new DeleteObjectCommand({ Bucket, Key: 'k' }),
    ] as never[]) {
      await expect(s3.send(command)).rejects.toMatchObject(refusal('NoSuchBucket', 404));
    }
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject(refusal('NotFound', 404));
  });

  it('is for their owner', async () => {
    await create('owned');
    const other = server.client({ account: SECOND });
    await expect(other.send(new DeleteBucketCommand({ Bucket: 'owned' }))).rejects.toMatchObject(
      refusal('AccessDenied', 403),
    );
    await expect(other.send(new HeadBucketCommand({ Bucket: 'owned' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('is noticed by a process that remembers the bucket', async () => {
    const Bucket = 'remembered';
    await create(Bucket);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    // As another replica would.
    await server.database.system('delete from objects where bucket = :Bucket', { Bucket });
    await server.database.system('delete from buckets where name = :Bucket', { Bucket });
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))).rejects.toMatchObject(
      refusal('NoSuchBucket', 404),
    );
    const other = server.client({ account: SECOND });
    await create(Bucket, other);
    await other.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'theirs' }));
    await expect(s3.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(refusal('AccessDenied', 403));
  });
});

describe('listing buckets', () => {
  it('shows an account its own, in every region, page by page', async () => {
    const client = server.client({ account: SECOND, region: 'us-east-1' });
    const names = ['page-1', 'page-2', 'page-3'];
    for (const name of names) await create(name, client);
    await createIn('page-4', 'eu-west-1', client);
    const all = await client.send(new ListBucketsCommand({ Prefix: 'page-' }));
    expect(all.Buckets?.map(({ Name }) => Name)).toEqual([...names, 'page-4']);
    expect(all.Buckets?.[3]?.BucketRegion).toBe('eu-west-1');
    const european = await client.send(new ListBucketsCommand({ BucketRegion: 'eu-west-1' }));
    expect(european.Buckets?.map(({ Name }) => Name)).toEqual(['page-4']);

    const seen: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListBucketsCommand({ Prefix: 'page-', MaxBuckets: 3, ...(token && { ContinuationToken: token }) }),
      );
      seen.push(...(page.Buckets ?? []).map(({ Name }) => Name));
      token = page.ContinuationToken;
    } while (token);
    expect(seen).toEqual([...names, 'page-4']);
    const invented = new ListBucketsCommand({ ContinuationToken: 'invented' });
    await expect(client.send(invented)).rejects.toMatchObject(refusal('InvalidArgument', 400));
  });
});

it('GetCallerIdentity says who calls', async () => {
  const sts = new STSClient(clientOptions(server.endpoint));
  expect(await sts.send(new GetCallerIdentityCommand())).toMatchObject({
    Account: FIRST,
    Arn: `arn:aws:iam::${FIRST}:root`,
    UserId: FIRST,
  });
  sts.destroy();
});
