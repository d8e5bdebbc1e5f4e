import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.ts';

const Bucket = 'locked';
const HOUR = 3_600_000;

let server: TestServer;
let s3: S3Client;

beforeAll(async () => {
  server = await startTestServer();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
});
afterAll(() => server.close());

const inAnHour = (): Date => new Date(Math.floor(Date.now() / 1_000) * 1_000 + HOUR);

async function put(Key: string, more: Partial<PutObjectCommandInput> = {}): Promise<string> {
  return (await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }))).VersionId ?? '';
}

function remove(Key: string, VersionId: string, BypassGovernanceRetention = false) {
  return s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention }));
}

const DENIED = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

describe('retention', () => {
  it('in governance mode yields to whoever bypasses it', async () => {
    const ObjectLockRetainUntilDate = inAnHour();
    const version = await put('governed', { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate });
    await expect(remove('governed', version)).rejects.toMatchObject(DENIED);
    const Delete = { Objects: [{ Key: 'governed', VersionId: version }] };
    const batch = await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
    expect(batch.Errors).toMatchObject([{ Key: 'governed', VersionId: version, Code: 'AccessDenied' }]);
    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'governed' }));
    expect(marker.DeleteMarker).toBe(true);
    await remove('governed', version, true);
  });

  it('in compliance mode yields to nobody, and can only be made longer', async () => {
    const ObjectLockRetainUntilDate = inAnHour();
    const version = await put('complied', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate });
    await expect(remove('complied', version, true)).rejects.toMatchObject(DENIED);
    const change = (RetainUntilDate: Date, Mode: 'COMPLIANCE' | 'GOVERNANCE' = 'COMPLIANCE') =>
      s3.send(
        new PutObjectRetentionCommand({
          ...{ Bucket, Key: 'complied', VersionId: version, BypassGovernanceRetention: true },
          Retention: { Mode, RetainUntilDate },
        }),
      );
    await expect(change(new Date(Date.now() + 60_000))).rejects.toMatchObject(DENIED);
    await expect(change(new Date(Date.now() + 2 * HOUR), 'GOVERNANCE')).rejects.toMatchObject(DENIED);
    const later = new Date(ObjectLockRetainUntilDate.getTime() + HOUR);
    await change(later);
    const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket, Key: 'complied' }));
    expect(Retention).toEqual({ Mode: 'COMPLIANCE', RetainUntilDate: later });
  });

  it('is what the bucket is set to, where the uploader says nothing', async () => {
    const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 2 } } as const;
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
    await s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    expect(await s3.send(new GetObjectLockConfigurationCommand({ Bucket }))).toMatchObject({ ObjectLockConfiguration });
    await put('defaulted');
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${Bucket}/defaulted` }));
    for (const Key of ['defaulted', 'copied']) {
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
      expect(head.ObjectLockMode).toBe('GOVERNANCE');
      expect((head.ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()).toBeGreaterThan(47 * HOUR);
    }
    const plain = { ObjectLockEnabled: 'Enabled' } as const;
    await s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: plain }));
  });

  it('wants both a mode and a date, to come', async () => {
    const past = new Date(Date.now() - HOUR);
    for (const more of [
      { ObjectLockMode: 'GOVERNANCE' },
      { ObjectLockRetainUntilDate: inAnHour() },
      { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: past },
    ] as const) {
      await expect(put('wrong', more)).rejects.toMatchObject({ name: 'InvalidArgument' });
    }
  });
});

describe('a legal hold', () => {
  it('protects until it is taken away', async () => {
    const version = await put('held', { ObjectLockLegalHoldStatus: 'ON' });
    await expect(remove('held', version, true)).rejects.toMatchObject(DENIED);
    const { LegalHold } = await s3.send(new GetObjectLegalHoldCommand({ Bucket, Key: 'held' }));
    expect(LegalHold).toEqual({ Status: 'ON' });
    await s3.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'held', LegalHold: { Status: 'OFF' } }));
    await remove('held', version);
  });
});

describe('buckets', () => {
  it('with object lock keep their versions', async () => {
    const VersioningConfiguration = { Status: 'Suspended' } as const;
    await expect(s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))).rejects.toMatchObject({
      name: 'InvalidBucketState',
    });
  });

  it('without object lock have neither configuration nor locks', async () => {
    const plain = { Bucket: 'unlocked', Key: 'k' };
    await s3.send(new CreateBucketCommand({ Bucket: plain.Bucket }));
    await s3.send(new PutObjectCommand({ ...plain, Body: 'x' }));
    const none = s3.send(new GetObjectLockConfigurationCommand({ Bucket: plain.Bucket }));
    await expect(none).rejects.toMatchObject({ name: 'ObjectLockConfigurationNotFoundError' });
    const LegalHold = { Status: 'ON' } as const;
    for (const command of [
      new PutObjectLegalHoldCommand({ ...plain, LegalHold }),
      new CreateMultipartUploadCommand({ ...plain, ObjectLockLegalHoldStatus: 'ON' }),
    ]) {
      await expect(s3.send(command as PutObjectLegalHoldCommand)).rejects.toMatchObject({ name: 'InvalidRequest' });
    }
  });
});
