import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateKeyCommand, DisableKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOptions, startTestServer, type TestServer } from '../start-test-server.ts';

const MIB = 1024 ** 2;
const DAY = 86_400_000;
const Bucket = 'sealed';
const PHRASE = 'a phrase that would be found in the clear';

describe('server-side encryption', () => {
  let server: TestServer;
  let s3: S3Client;
  let kms: KMSClient;

  beforeAll(async () => {
    server = await startTestServer();
    s3 = server.client();
    kms = new KMSClient({ ...clientOptions(server.endpoint), maxAttempts: 1 });
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(async () => {
    kms.destroy();
    await server.close();
  });

  const text = (length: number) => Buffer.alloc(length, PHRASE);
  const createKey = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
  const read = async (Key: string, more: object = {}) => {
    const { Body, ...rest } = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
    return { bytes: Buffer.from((await Body?.transformToByteArray()) ?? []), ...rest };
  };
  const customerKey = (key = randomBytes(32)) => ({
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: key.toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  });
  const sourceKey = (key: ReturnType<typeof customerKey>) => ({
    CopySourceSSECustomerAlgorithm: key.SSECustomerAlgorithm,
    CopySourceSSECustomerKey: key.SSECustomerKey,
    CopySourceSSECustomerKeyMD5: key.SSECustomerKeyMD5,
  });
  /** Every byte that the store keeps, and every text and byte of the rows. */
  const everythingStored = async () => {
    const folder = server.store.describe().where;
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const bytes = files.map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    const rows = await server.database.system<{ row: string }>(
      `select to_jsonb(o)::text || coalesce(encode(inline_bytes, 'escape'), '') as row from objects o
       union all select to_jsonb(p)::text from object_parts p union all select to_jsonb(u)::text from object_uploads u
       union all select to_jsonb(v)::text from kms_key_versions v`,
    );
    return Buffer.concat([...bytes, ...rows.map(({ row }) => Buffer.from(row))]);
  };

  it.each([0, 100, 4_096, 5_000, 300_000])('keeps %i bytes under keys of the service (AES256)', async (size) => {
    const Body = text(size);
    const put = await s3.send(
      new PutObjectCommand({ Bucket, Key: `own-${size}`, Body, ServerSideEncryption: 'AES256' }),
    );
    expect(put.ServerSideEncryption).toBe('AES256');
    expect(put.ETag).toBe(`"${createHash('md5').update(Body).digest('hex')}"`);
    const got = await read(`own-${size}`);
    expect(got).toMatchObject({ ServerSideEncryption: 'AES256', ContentLength: size });
    expect(got.bytes.equals(Body)).toBe(true);
  });

  it('keeps objects under keys of KMS, and tells which', async () => {
    const key = await createKey();
    const Body = text(200_000);
    const more = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key } as const;
    const context = Buffer.from(JSON.stringify({ team: 'a' })).toString('base64');
    const put = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'kms',
        Body,
        ...more,
        SSEKMSEncryptionContext: context,
        BucketKeyEnabled: true,
      }),
    );
    expect(put).toMatchObject({ ...more, BucketKeyEnabled: true, SSEKMSEncryptionContext: context });
    expect(put.ETag).not.toContain(createHash('md5').update(Body).digest('hex'));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'kms' }));
    expect(head).toMatchObject({ ...more, BucketKeyEnabled: true, ContentLength: 200_000, ETag: put.ETag });
    const got = await read('kms', { Range: 'bytes=65530-131080' });
    expect(got.bytes.equals(Body.subarray(65_530, 131_081))).toBe(true);
    const own = await s3.send(new PutObjectCommand({ Bucket, Key: 'own', Body, ServerSideEncryption: 'aws:kms' }));
    expect(own.SSEKMSKeyId).toMatch(/^arn:aws:kms:us-east-1:111111111111:key\//);
    expect((await read('own')).bytes.equals(Body)).toBe(true);
    const byId = { ...more, SSEKMSKeyId: key.replace(/^.*key\//, '') };
    expect((await s3.send(new PutObjectCommand({ Bucket, Key: 'by-id', Body, ...byId }))).SSEKMSKeyId).toBe(key);
  });

  it('keeps objects under keys that customers send each time', async () => {
    const key = customerKey();
    for (const size of [10, 200_000]) {
      const Body = text(size);
      const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'customer', Body, ...key }));
      expect(put).toMatchObject({ SSECustomerAlgorithm: 'AES256', SSECustomerKeyMD5: key.SSECustomerKeyMD5 });
      expect((await read('customer', key)).bytes.equals(Body)).toBe(true);
      const refused = { $metadata: { httpStatusCode: 400 } };
      await expect(read('customer')).rejects.toMatchObject({ name: 'InvalidRequest', ...refused });
      await expect(read('customer', customerKey())).rejects.toMatchObject({ name: 'InvalidRequest', ...refused });
      await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'customer' }))).rejects.toMatchObject(refused);
      await s3.send(new HeadObjectCommand({ Bucket, Key: 'customer', ...key }));
      const attributes = { Bucket, Key: 'customer', ObjectAttributes: ['ObjectSize' as const] };
      await expect(s3.send(new GetObjectAttributesCommand(attributes))).rejects.toMatchObject(refused);
      const { ObjectSize } = await s3.send(new GetObjectAttributesCommand({ ...attributes, ...key }));
      expect(ObjectSize).toBe(size);
    }
    const stored = await everythingStored();
    expect(stored.includes(Buffer.from(key.SSECustomerKey, 'base64'))).toBe(false);
    expect(stored.includes(key.SSECustomerKey)).toBe(false);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: 'x' }));
    await expect(read('plain', key)).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  it.each([
    [{ ServerSideEncryption: 'aws:kms:dsse' }, 'NotImplemented'],
    [{ ServerSideEncryption: 'AES256', SSEKMSKeyId: 'x' }, 'InvalidArgument'],
    [{ SSEKMSKeyId: 'x' }, 'InvalidArgument'],
    [{ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'x' }, 'KMS.NotFoundException'],
    [{ ServerSideEncryption: 'AES256', ...customerKey() }, 'InvalidArgument'],
    [customerKey(randomBytes(16)), 'InvalidArgument'],
  ])('refuses what does not fit together: %j', async (input, name) => {
    const put = s3.send(new PutObjectCommand({ Bucket, Key: 'refused', Body: 'x', ...(input as object) }));
    await expect(put).rejects.toMatchObject({ name });
  });

  it('encrypts uploads in parts, each with the key of the upload', async () => {
    const customer = customerKey();
    const ways = [
      { begin: { ServerSideEncryption: 'AES256' as const }, part: {} },
      { begin: { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: await createKey() }, part: {} },
      { begin: customer, part: customer },
    ];
    for (const { begin, part } of ways) {
      const place = { Bucket, Key: 'parts' };
      const { UploadId, ...begun } = await s3.send(new CreateMultipartUploadCommand({ ...place, ...begin }));
      expect(begun).toMatchObject('SSECustomerKey' in begin ? {} : begin);
      const upload = { ...place, UploadId };
      const bodies = [text(5 * MIB), text(70_001)];
      const Parts = [];
      for (const [index, Body] of bodies.entries()) {
        const PartNumber = 2 * index + 1;
        const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...part }));
        Parts.push({ PartNumber, ETag });
      }
      if (part === customer) {
        const other = new UploadPartCommand({ ...upload, PartNumber: 4, Body: 'x', ...customerKey() });
        await expect(s3.send(other)).rejects.toMatchObject({ name: 'InvalidRequest' });
      }
      const complete = { ...upload, MultipartUpload: { Parts } };
      if (part === customer) {
        const without = s3.send(new CompleteMultipartUploadCommand(complete));
        await expect(without).rejects.toMatchObject({ name: 'InvalidRequest' });
      }
      await s3.send(new CompleteMultipartUploadCommand({ ...complete, ...part }));
      const whole = Buffer.concat(bodies);
      expect((await read('parts', part)).bytes.equals(whole)).toBe(true);
      const across = await read('parts', { ...part, Range: `bytes=${5 * MIB - 10}-${5 * MIB + 10}` });
      expect(across.bytes.equals(whole.subarray(5 * MIB - 10, 5 * MIB + 11))).toBe(true);
      const third = await read('parts', { ...part, PartNumber: 3 });
      expect(third.bytes.equals(bodies[1] ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it('encrypts copies anew, as asked or as their bucket is set', async () => {
    const [from, to] = [customerKey(), customerKey()];
    // Its copy in the clear would else be found by the test of what is stored.
    const Body = randomBytes(150_000);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body, ...from }));
    const CopySource = `${Bucket}/source`;
    const copy = (Key: string, more: object) => s3.send(new CopyObjectCommand({ Bucket, Key, CopySource, ...more }));
    await expect(copy('copy', {})).rejects.toMatchObject({ name: 'InvalidRequest' });
    await copy('copy', { ...sourceKey(from), ...to });
    expect((await read('copy', to)).bytes.equals(Body)).toBe(true);
    await copy('copy', sourceKey(from));
    expect((await read('copy')).bytes.equals(Body)).toBe(true);
    const key = await createKey();
    await copy('copy', { ...sourceKey(from), ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
    expect(await read('copy')).toMatchObject({ SSEKMSKeyId: key });
    const place = { Bucket, Key: 'copied-part' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...place, ...to }));
    const part = { ...place, UploadId, PartNumber: 1, CopySource, ...sourceKey(from), ...to };
    const { CopyPartResult } = await s3.send(new UploadPartCopyCommand(part));
    const Parts = [{ PartNumber: 1, ETag: CopyPartResult?.ETag }];
    await s3.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts }, ...to }));
    expect((await read('copied-part', to)).bytes.equals(Body)).toBe(true);
  });

  it('encrypts as the bucket is set, where the request says nothing', async () => {
    const set = { Bucket: 'set' };
    await s3.send(new CreateBucketCommand(set));
    await expect(s3.send(new GetBucketEncryptionCommand(set))).rejects.toMatchObject({
      name: 'ServerSideEncryptionConfigurationNotFoundError',
      $metadata: { httpStatusCode: 404 },
    });
    const key = await createKey();
    const rule = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: key };
    const Rules = [{ ApplyServerSideEncryptionByDefault: rule, BucketKeyEnabled: true }];
    await s3.send(new PutBucketEncryptionCommand({ ...set, ServerSideEncryptionConfiguration: { Rules } }));
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand(set));
    expect(ServerSideEncryptionConfiguration?.Rules).toEqual(Rules);
    const put = await s3.send(new PutObjectCommand({ ...set, Key: 'a', Body: 'x' }));
    expect(put).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key, BucketKeyEnabled: true });
    await s3.send(new CopyObjectCommand({ ...set, Key: 'b', CopySource: 'set/a' }));
    expect(await s3.send(new HeadObjectCommand({ ...set, Key: 'b' }))).toMatchObject({ SSEKMSKeyId: key });
    const stream = await server.objects.openObject({ account: '111111111111', region: 'us-east-1' }, 'set', 'b', {
      signal: new AbortController().signal,
    });
    expect(stream.bytesIds).toEqual([]);
    expect(Buffer.concat(await stream.stream.toArray()).toString()).toBe('x');
    await s3.send(new DeleteBucketEncryptionCommand(set));
    const plain = await s3.send(new PutObjectCommand({ ...set, Key: 'a', Body: 'x' }));
    expect(plain.ServerSideEncryption).toBeUndefined();
  });

  it('never keeps the plaintext of anything that was encrypted', async () => {
    expect((await everythingStored()).includes(PHRASE.slice(0, 20))).toBe(false);
  });

  it('notices bytes that were changed or exchanged in the store', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'changed', Body: text(9_000), ServerSideEncryption: 'AES256' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'other', Body: text(9_000), ServerSideEncryption: 'AES256' }));
    await server.database.system(
      `update objects set bytes_id = (select bytes_id from objects where key = 'other' and bucket = 'sealed')
       where key = 'changed' and bucket = 'sealed'`,
    );
    await expect(read('changed')).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  });

  it('answers why an object is unreadable when its key is disabled, and for good when it is destroyed', async () => {
    const key = await createKey();
    const more = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key } as const;
    for (const [Key, size] of [
      ['small', 100],
      ['great', 100_000],
    ] as const) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: text(size), ...more }));
      expect((await read(Key)).bytes.length).toBe(size);
    }
    await kms.send(new DisableKeyCommand({ KeyId: key }));
    await expect(read('small')).rejects.toMatchObject({ name: 'KMS.DisabledException' });
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }));
    await expect(read('great')).rejects.toMatchObject({ name: 'KMS.KMSInvalidStateException' });
    server.passKeyTime(8 * DAY);
    expect(await server.kms.sweep()).toMatchObject({ destroyed: 1 });
    for (const Key of ['small', 'great']) {
      await expect(read(Key)).rejects.toMatchObject({
        name: 'KMS.NotFoundException',
        message: expect.stringMatching(new RegExp(`${key}.*its material destroyed`)),
      });
      await s3.send(new HeadObjectCommand({ Bucket, Key }));
    }
    // What is left: the sealed data key beside the object, and the root key. Neither opens it.
    const [row] = await server.database.system<{ sealed: Buffer }>(
      "select sealed_key as sealed from objects where bucket = 'sealed' and key = 'great'",
    );
    expect(() => server.keyring.open(row?.sealed ?? Buffer.alloc(0), `kms:${key}:1`)).toThrow();
    const versions = await server.database.system('select 1 from kms_key_versions where key_id = :id', {
      id: key.replace(/^.*key\//, ''),
    });
    expect(versions).toEqual([]);
  });
});
