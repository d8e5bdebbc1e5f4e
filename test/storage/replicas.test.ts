// The short form; test/full/replicas.test.ts has the long one.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killInRounds } from '../support/replica-rounds.ts';
import { missingForReplicas, prepareReplicas, type Replicas } from '../support/replicas.ts';
import { restartInTurn } from '../support/rolling-restart.ts';
import { startServer } from '../support/server.ts';
import { loamResult } from './run-loam.ts';

const missing = missingForReplicas('moto');
if (missing) process.stderr.write(`Skipped: replicas on one PostgreSQL and one S3, because ${missing}.\n`);

describe.skipIf(missing)('two replicas', () => {
  let replicas: Replicas;
  beforeAll(async () => {
    replicas = await prepareReplicas('moto');
  });
  afterAll(() => replicas?.remove());

  it('migrate once when they start together', async () => {
    const servers = await Promise.all(['a', 'b', 'c'].map((name) => replicas.start(name)));
    const rows = await replicas.query(
      'select count(*)::integer as all, count(distinct id)::integer as ids from loam_migrations',
    );
    expect(rows[0]?.all).toBe(rows[0]?.ids);
    for (const server of servers) expect(await server.stop()).toBe(0);
  });

  it('lose nothing and count nothing twice when one or the other is killed', () => killInRounds(replicas, 3), 240_000);

  it('are backed up into a bucket while they run, and restored into one folder', { timeout: 120_000 }, async () => {
    const server = await replicas.start('one');
    const s3 = new S3Client({ ...server.client, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'saved' }));
    const Body = randomBytes(12_000_000);
    await s3.send(new PutObjectCommand({ Bucket: 'saved', Key: 'large', Body }));
    const shelf = await replicas.s3.makeBucket('backups');
    const { environment, databaseUrl, objectsUrl } = replicas;
    const from = ['--database-url', databaseUrl, '--objects-url', objectsUrl];
    const root = mkdtempSync(join(tmpdir(), 'loam-restored-'));
    chmodSync(root, 0o711);
    try {
      await loamResult(['backup', '--to', shelf, '--data', join(root, 'beside'), ...from], environment);
      const garbage = await loamResult<{ kind: string; count: number }[]>(
        ['gc', '--plan', '--data', join(root, 'beside'), ...from],
        environment,
      );
      expect(garbage.find(({ kind }) => kind === 'orphan-objects')?.count).toBe(0);
      const data = join(root, 'restored');
      await loamResult(['restore', '--from', shelf, '--data', data], environment);
      const restored = await startServer({ data, environment });
      const copy = new S3Client({ ...restored.client, forcePathStyle: true });
      const got = await copy.send(new GetObjectCommand({ Bucket: 'saved', Key: 'large' }));
      expect(Body.equals((await got.Body?.transformToByteArray()) ?? Buffer.of())).toBe(true);
      await restored.stop();
    } finally {
      await server.stop();
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('fail no request while both are restarted in turn', () => restartInTurn(replicas, 1), 60_000);
});
