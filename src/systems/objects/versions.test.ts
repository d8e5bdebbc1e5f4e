import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.ts';

let server: TestServer;
let s3: S3Client;
let buckets = 0;

beforeAll(async () => {
  server = await startTestServer();
  s3 = server.client();
});
afterAll(() => server.close());

async function makeBucket(status?: 'Enabled' | 'Suspended'): Promise<string> {
  buckets += 1;
  const Bucket = `versions-${buckets}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  if (status) await setVersioning(Bucket, status);
  return Bucket;
}

async function setVersioning(Bucket: string, Status: 'Enabled' | 'Suspended'): Promise<void> {
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

async function put(Bucket: string, Key: string, Body: string): Promise<string | undefined> {
  return (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
}

async function read(Bucket: string, Key: string, VersionId?: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
}

/** `key=version` of all versions and markers in their order; the latest with a star, markers with an x. */
async function versionsOf(Bucket: string, Key?: string): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
  return [
    ...Versions.map((v) => `${v.Key}=${v.VersionId}${v.IsLatest ? '*' : ''}`),
    ...DeleteMarkers.map((v) => `${v.Key}=${v.VersionId}x${v.IsLatest ? '*' : ''}`),
  ];
}

describe('a bucket that keeps versions', () => {
  it('keeps what is overwritten and deleted, and lets it be read and listed', async () => {
    const Bucket = await makeBucket('Enabled');
    const first = await put(Bucket, 'a', 'one');
    const second = await put(Bucket, 'a', 'two');
    expect(await read(Bucket, 'a')).toBe('two');
    expect(await read(Bucket, 'a', first)).toBe('one');
    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.stringMatching(/^[\w-]{32}$/) });
    expect(await versionsOf(Bucket)).toEqual([`a=${second}`, `a=${first}`, `a=${marker.VersionId}x*`]);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    for (const VersionId of [marker.VersionId, second, first]) {
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }));
    }
    await s3.send(new DeleteBucketCommand({ Bucket }));
  });

  it('says of a delete marker that it is one', async () => {
    const Bucket = await makeBucket('Enabled');
    await put(Bucket, 'a', 'one');
    const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    const read404 = await s3.send(new GetObjectCommand({ Bucket, Key: 'a' })).catch((error) => error);
    expect(read404).toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
    expect(read404.$response.headers).toMatchObject({ 'x-amz-delete-marker': 'true', 'x-amz-version-id': VersionId });
    const read405 = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a', VersionId })).catch((error) => error);
    expect(read405.$metadata.httpStatusCode).toBe(405);
    expect(read405.$response.headers).toMatchObject({ allow: 'DELETE', 'x-amz-delete-marker': 'true' });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }));
    expect(await read(Bucket, 'a')).toBe('one');
  });

  it('promotes the next version when the latest is deleted', async () => {
    const Bucket = await makeBucket('Enabled');
    const ids = [await put(Bucket, 'a', '1'), await put(Bucket, 'a', '2'), await put(Bucket, 'a', '3')];
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: ids[2] }));
    expect(await versionsOf(Bucket)).toEqual([`a=${ids[1]}*`, `a=${ids[0]}`]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: ids[0] }));
    expect(await versionsOf(Bucket)).toEqual([`a=${ids[1]}*`]);
  });

  it('tells versions that are not there from those that cannot be', async () => {
    const Bucket = await makeBucket('Enabled');
    await put(Bucket, 'a', '1');
    await expect(read(Bucket, 'a', 'A'.repeat(32))).rejects.toMatchObject({ name: 'NoSuchVersion' });
    await expect(read(Bucket, 'a', 'no id')).rejects.toMatchObject({ name: 'InvalidArgument' });
    const gone = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: 'A'.repeat(32) }));
    expect(gone.VersionId).toBe('A'.repeat(32));
  });
});

describe('writes under conditions', () => {
  it.each([undefined, 'Enabled'] as const)('see the latest version alone, versioning %s', async (status) => {
    const Bucket = await makeBucket(status);
    const write = (more: { IfNoneMatch?: string; IfMatch?: string }) =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ...more }));
    const failed = { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } };
    const { ETag = '' } = await write({ IfNoneMatch: '*' });
    await expect(write({ IfNoneMatch: '*' })).rejects.toMatchObject(failed);
    await expect(write({ IfNoneMatch: ETag })).rejects.toMatchObject(failed);
    await write({ IfNoneMatch: '"other"' });
    await write({ IfMatch: ETag });
    await expect(write({ IfMatch: '"other"' })).rejects.toMatchObject(failed);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await expect(write({ IfMatch: '*' })).rejects.toMatchObject({ name: 'NoSuchKey' });
    await write({ IfNoneMatch: ETag });
  });
});

describe('copies', () => {
  it('bring an older version back, and name both versions', async () => {
    const Bucket = await makeBucket('Enabled');
    const first = await put(Bucket, 'a', 'one');
    const second = await put(Bucket, 'a', 'two');
    const copy = (CopySource: string) => s3.send(new CopyObjectCommand({ Bucket, Key: 'a', CopySource }));
    await expect(copy(`${Bucket}/a`)).rejects.toMatchObject({ name: 'InvalidRequest' });
    const copied = await copy(`${Bucket}/a?versionId=${first}`);
    expect(copied.CopySourceVersionId).toBe(first);
    expect(await read(Bucket, 'a')).toBe('one');
    expect(await versionsOf(Bucket)).toEqual([`a=${copied.VersionId}*`, `a=${second}`, `a=${first}`]);
  });
});

describe('suspended versioning', () => {
  it('writes and deletes the null version and leaves the others', async () => {
    const Bucket = await makeBucket();
    await put(Bucket, 'a', 'before');
    await setVersioning(Bucket, 'Enabled');
    const kept = await put(Bucket, 'a', 'kept');
    expect(await read(Bucket, 'a', 'null')).toBe('before');
    await setVersioning(Bucket, 'Suspended');
    await put(Bucket, 'a', 'suspended');
    expect(await versionsOf(Bucket)).toEqual(['a=null*', `a=${kept}`]);
    expect(await read(Bucket, 'a', 'null')).toBe('suspended');
    const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(deleted).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
    expect(await versionsOf(Bucket)).toEqual([`a=${kept}`, 'a=nullx*']);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: 'null' }));
    expect(await read(Bucket, 'a')).toBe('kept');
  });
});

describe('batches', () => {
  it('delete versions, write markers, and answer for each', async () => {
    const Bucket = await makeBucket('Enabled');
    const first = await put(Bucket, 'a', '1');
    const second = await put(Bucket, 'a', '2');
    await put(Bucket, 'b', '1');
    const Objects = [{ Key: 'a', VersionId: second }, { Key: 'b' }, { Key: 'c', VersionId: 'no id' }];
    const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(answer.Deleted).toEqual([
      { Key: 'a', VersionId: second },
      { Key: 'b', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    ]);
    expect(answer.Errors).toEqual([
      { Key: 'c', VersionId: 'no id', Code: 'InvalidArgument', Message: expect.any(String) },
    ]);
    expect(await read(Bucket, 'a')).toBe('1');
    const marker = answer.Deleted?.[1]?.DeleteMarkerVersionId;
    const rest = [
      { Key: 'b', VersionId: marker },
      { Key: 'a', VersionId: first },
    ];
    const quiet = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: rest, Quiet: true } }));
    expect(quiet.Deleted).toBeUndefined();
    expect(await read(Bucket, 'b')).toBe('1');
  });

  it('empty a bucket page by page', async () => {
    const Bucket = await makeBucket('Enabled');
    for (let n = 0; n < 12; n++) await put(Bucket, `k${n % 3}`, String(n));
    let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 5, ...marker }));
      const Objects = (page.Versions ?? []).map(({ Key, VersionId }) => ({ Key, VersionId }));
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      if (!page.IsTruncated) break;
      marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
    expect(await versionsOf(Bucket)).toEqual([]);
  });
});

describe('listings of versions', () => {
  it('page by key and version, and fold keys at a delimiter', async () => {
    const Bucket = await makeBucket();
    await put(Bucket, 'a/1', 'null version');
    await setVersioning(Bucket, 'Enabled');
    for (const key of ['a/1', 'a/2', 'b', 'b', 'c/x', 'b']) await put(Bucket, key, 'x');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'b' }));
    const whole = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const orderOf = (page: typeof whole) => [
      ...(page.Versions ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}`),
      ...(page.DeleteMarkers ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}`),
    ];
    expect(whole.Versions?.map(({ Key }) => Key)).toEqual(['a/1', 'a/1', 'a/2', 'b', 'b', 'b', 'c/x']);
    for (const MaxKeys of [1, 2, 3]) {
      const seen: string[] = [];
      let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
      for (;;) {
        const page = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys, ...marker }));
        seen.push(...orderOf(page));
        if (!page.IsTruncated) break;
        marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
      expect(seen.sort()).toEqual(orderOf(whole).sort());
    }
    const folded = await s3.send(new ListObjectVersionsCommand({ Bucket, Delimiter: '/' }));
    expect(folded.CommonPrefixes).toEqual([{ Prefix: 'a/' }, { Prefix: 'c/' }]);
    expect(folded.Versions?.map(({ Key }) => Key)).toEqual(['b', 'b', 'b']);
    const after = await s3.send(new ListObjectVersionsCommand({ Bucket, Delimiter: '/', MaxKeys: 1, KeyMarker: 'a/' }));
    expect(after).toMatchObject({ IsTruncated: true, NextKeyMarker: 'b' });
  });
});

describe('writers and deleters at once', () => {
  const Key = 'contended';

  async function act(Bucket: string, n: number): Promise<void> {
    if (n % 3 === 1) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    else if (n % 7 === 2) {
      const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
      const VersionId = Versions[0]?.VersionId;
      if (VersionId) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key, VersionId }] } }));
    } else await put(Bucket, Key, String(n));
  }

  it.each([
    [undefined, 'Enabled'],
    ['Enabled', 'Suspended'],
    ['Suspended', 'Enabled'],
  ] as const)('leave exactly one latest version, from %s to %s', async (before, after) => {
    const Bucket = await makeBucket(before);
    const work = Array.from({ length: 40 }, (_, n) => () => (n === 10 ? setVersioning(Bucket, after) : act(Bucket, n)));
    await Promise.all(work.map((start) => start()));
    const [row] = await server.database.system<{ total: number; latest: number; newest: boolean | null }>(
      `select count(*) as total, count(*) filter (where is_latest) as latest,
         bool_and(is_latest = (sequence = (select max(sequence) from objects n where n.bucket = o.bucket))) as newest
       from objects o where bucket = :bucket`,
      { bucket: Bucket },
    );
    if (row?.total !== 0) expect(row).toMatchObject({ latest: 1, newest: true });
  });
});
