// A data folder of the first version, kept as its files and its database as SQL (a cluster is forty times as large), becomes a
// cluster of each form again, and today's version opens it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BedrockAgentRuntimeClient, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/core/log.ts';
import { openDatabase } from '../../src/storage/database/open-database.ts';
import { loamResult, runLoam } from '../storage/run-loam.ts';
import { startServer, type TestServer } from './server.ts';

const fixture = fileURLToPath(new URL('../fixtures/first-light.tar.gz', import.meta.url));

interface Facts {
  readonly knowledgeBaseId: string;
  readonly otherKey: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

async function unpack(data: string, form: 'embedded' | 'pglite'): Promise<Facts> {
  chmodSync(data, 0o711);
  expect(spawnSync('tar', ['xzf', fixture, '-C', data, '--no-same-owner']).status).toBe(0);
  const database = await openDatabase({ dataFolder: data, form, migrations: [], leaveSchema: true, log: silentLog });
  await database.session((run) => run(readFileSync(join(data, 'database.sql'), 'utf8')));
  await database.close();
  rmSync(join(data, 'loam-format'));
  return JSON.parse(readFileSync(join(data, 'facts.json'), 'utf8')) as Facts;
}

/** Opens it as a cluster of one form, and brings it over into the other. */
export function describeOlderFolder(form: 'embedded' | 'pglite'): void {
  describe(`the data folder of the first version, ${form}`, () => {
    const data = mkdtempSync(join(tmpdir(), 'loam-older-'));
    let facts: Facts;
    let server: TestServer;
    const s3 = (): S3Client => new S3Client({ ...server.client, forcePathStyle: true });
    const bytesOf = async (Key: string) => {
      const { Body } = await s3().send(new GetObjectCommand({ Bucket: 'handbook', Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    };
    beforeAll(async () => {
      facts = await unpack(data, form);
    });
    afterAll(async () => {
      await server?.stop();
      rmSync(data, { recursive: true, force: true });
    });

    it('is told what would run on it, and nothing runs for that', { timeout: 60_000 }, async () => {
      const plan = () => loamResult<{ migrations: string[]; tables: object[] }>(['migrate', '--plan', '--data', data]);
      const { migrations, tables } = await plan();
      expect(migrations).toContain('storage/0001-leases-and-shelves');
      expect(migrations).not.toContain('objects/0001-buckets-and-objects');
      expect(tables).toContainEqual({ name: 'objects', rows: expect.any(Number), bytes: expect.any(Number) });
      expect((await plan()).migrations).toEqual(migrations);
    });

    it('opens with everything in it', async () => {
      server = await startServer({ data });
      const { Buckets } = await s3().send(new ListBucketsCommand({}));
      expect(Buckets?.map(({ Name }) => Name)).toEqual(['handbook']);
      const { Contents = [] } = await s3().send(new ListObjectsV2Command({ Bucket: 'handbook' }));
      const keys = ['docs/fees.txt', 'docs/hours.txt', 'large.bin', 'ordner/ümlaut ☂.txt', 'parts.bin'];
      expect(Contents.map(({ Key }) => Key)).toEqual(keys);
      expect((await bytesOf('ordner/ümlaut ☂.txt')).toString()).toBe('Unicode');
      expect((await bytesOf('large.bin')).equals(Buffer.from('0123456789abcdef'.repeat(20_000)))).toBe(true);
      const parts = createHash('sha256')
        .update(Buffer.alloc(5 * 2 ** 20, 'a'))
        .update('the end')
        .digest('hex');
      expect(
        createHash('sha256')
          .update(await bytesOf('parts.bin'))
          .digest('hex'),
      ).toBe(parts);
      const hours = await s3().send(new GetObjectCommand({ Bucket: 'handbook', Key: 'docs/hours.txt' }));
      expect([hours.ContentType, hours.Metadata]).toEqual(['text/plain', { author: 'desk' }]);
    });

    it('answers from its knowledge base', async () => {
      const runtime = new BedrockAgentRuntimeClient(server.client);
      const { retrievalResults } = await runtime.send(
        new RetrieveCommand({
          knowledgeBaseId: facts.knowledgeBaseId,
          retrievalQuery: { text: 'When does it open on Saturdays?' },
        }),
      );
      expect(retrievalResults?.[0]?.location?.s3Location?.uri).toBe('s3://handbook/docs/hours.txt');
    });

    it('knows the keys that it made', async () => {
      const other = new S3Client({ ...server.client, credentials: facts.otherKey, forcePathStyle: true });
      expect((await other.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    });

    it('goes over into the other form, and keeps the old one aside', { timeout: 180_000 }, async () => {
      await server.stop();
      const to = form === 'embedded' ? 'pglite' : 'embedded';
      const start = await runLoam(['start', '--data', data, '--database', to]);
      expect(start).toMatchObject({ code: 1, stderr: expect.stringContaining(`loam migrate --database ${to}`) });
      const { converted } = await loamResult<{ converted: { keptAside: string; rows: number } }>([
        ...['migrate', '--data', data, '--database', to],
      ]);
      expect(converted.rows).toBeGreaterThan(10);
      expect(converted.keptAside).toMatch(form === 'embedded' ? /postgres\.before-/ : /pglite\.before-/);
      server = await startServer({ data });
      const health = (await (await fetch(`${server.endpoint}/health`)).json()) as { database: { form: string } };
      expect(health.database.form).toBe(to);
      expect((await bytesOf('ordner/ümlaut ☂.txt')).toString()).toBe('Unicode');
    });

    it('is refused when a newer version has been there', async () => {
      await server.stop();
      const path = join(data, 'loam-format');
      const format = readFileSync(path, 'utf8');
      writeFileSync(path, '2\n');
      const refused = await runLoam(['start', '--data', data]);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('newer version of Loam') });
      writeFileSync(path, format);
    });
  });
}
