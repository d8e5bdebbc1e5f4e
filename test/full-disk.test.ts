import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { startServer } from './support/server.ts';

const MIB = 1 << 20;
const folder = mkdtempSync(join(tmpdir(), 'loam-small-disk-'));
// A disk of its own, which only root can make.
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256m,mode=0755', 'tmpfs', folder]).status === 0;
if (!mounted) rmSync(folder, { recursive: true });

describe.skipIf(!mounted)('on a full disk', () => {
  it('refuses writes and goes on reading', async () => {
    const server = await startServer({ data: join(folder, 'data') });
    try {
      const s3 = new S3Client({ ...server.client, forcePathStyle: true });
      const put = (Key: string) =>
        s3.send(new PutObjectCommand({ Bucket: 'full', Key, Body: Buffer.alloc(8 * MIB, Key) }));
      await s3.send(new CreateBucketCommand({ Bucket: 'full' }));
      let written = 0;
      const refusal: Error = await (async () => {
        for (;;) await put(`k${written}`).then(() => written++);
      })().catch((error: Error) => error);
      expect(refusal).toMatchObject({ name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } });
      expect(refusal.message).toContain('disk is full');
      expect(written).toBeGreaterThan(3);
      for (let index = 0; index < written; index++) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'full', Key: `k${index}` }));
        expect((await Body?.transformToByteArray())?.length).toBe(8 * MIB);
      }
      await expect(put('more')).rejects.toThrow('disk is full');
      for (let index = 0; index < written; index++) {
        await s3.send(new DeleteObjectCommand({ Bucket: 'full', Key: `k${index}` }));
      }
      expect(server.process.exitCode).toBeNull();
    } finally {
      await server.stop();
      spawnSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});
