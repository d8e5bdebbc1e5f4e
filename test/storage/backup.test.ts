import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentRuntimeClient, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  EncryptCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKnowledgeBase, type SourceIds, sync } from '../support/knowledge-base.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { loamResult, runLoam } from './run-loam.ts';

const root = mkdtempSync(join(tmpdir(), 'loam-backup-'));
const shelf = join(root, 'shelf');
const passphrase = join(root, 'passphrase');
const large = randomBytes(6_000_000);
const Bucket = 'kept';
let server: TestServer;
let ids: SourceIds;
let keyId: string;

beforeAll(async () => {
  writeFileSync(passphrase, 'correct horse battery\n');
  server = await startServer({ data: join(root, 'first') });
  const s3 = s3Of(server);
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(
    new PutObjectCommand({ Bucket, Key: 'docs/small.txt', Body: 'The harbour opens at seven in the morning.' }),
  );
  await s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body: large, Metadata: { note: 'a "quoted" one' } }));
  const agent = new BedrockAgentClient(server.client);
  ids = await createKnowledgeBase(agent, 'kept', Bucket);
  await sync(agent, ids);
  const kms = new KMSClient(server.client);
  keyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? '';
});
afterAll(async () => {
  await server?.stop();
  rmSync(root, { recursive: true, force: true });
});

const s3Of = ({ client }: TestServer): S3Client => new S3Client({ ...client, forcePathStyle: true });

interface Backup {
  readonly name: string;
  readonly bytes: Record<'objects' | 'segments', { readonly copied: number; readonly present: number }>;
}

function backup(...more: string[]): Promise<Backup> {
  return loamResult(['backup', '--to', shelf, '--data', join(root, 'first'), ...more], {
    AWS_ENDPOINT_URL: server.endpoint,
  });
}

async function stateOf(of: TestServer) {
  const s3 = s3Of(of);
  const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket, Key: 'large' }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  const small = await s3.send(new GetObjectCommand({ Bucket, Key: 'docs/small.txt' }));
  const runtime = new BedrockAgentRuntimeClient(of.client);
  const { retrievalResults } = await runtime.send(
    new RetrieveCommand({
      knowledgeBaseId: ids.knowledgeBaseId,
      retrievalQuery: { text: 'When does the harbour open?' },
    }),
  );
  return {
    large: createHash('sha256').update(bytes).digest('hex'),
    metadata: Metadata,
    small: await small.Body?.transformToString(),
    found: retrievalResults?.[0]?.content?.text,
  };
}

it('says what a backup would copy, and copies nothing for it', async () => {
  const plan = await loamResult<{ tables: { name: string; rows: number }[]; bytes: object }>(
    ['backup', '--plan', '--to', shelf, '--data', join(root, 'first')],
    { AWS_ENDPOINT_URL: server.endpoint },
  );
  expect(plan.tables).toContainEqual({ name: 'objects', rows: 2 });
  expect(plan.bytes).toEqual({ objects: { copied: 1, present: 0 }, segments: { copied: 1, present: 0 } });
  expect(readdirSync(root)).not.toContain('shelf');
});

it('refuses keys without a passphrase', async () => {
  const { code, stderr } = await runLoam(['backup', '--with-keys', '--to', shelf]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--passphrase-file')]);
});

it('copies a running server, and the second time only what is new', async () => {
  const first = await backup('--with-keys', '--passphrase-file', passphrase);
  expect(first.bytes).toMatchObject({ objects: { copied: 1, present: 0 }, segments: { copied: 1, present: 0 } });
  await s3Of(server).send(new PutObjectCommand({ Bucket, Key: 'later', Body: randomBytes(10_000) }));
  const second = await backup('--with-keys', '--passphrase-file', passphrase);
  expect(second.bytes).toMatchObject({ objects: { copied: 1, present: 1 }, segments: { copied: 0, present: 1 } });
  const everything = readdirSync(shelf, { recursive: true, encoding: 'utf8' }).join('\n');
  expect(everything).toContain('keys.json');
  const rootKey = readFileSync(join(root, 'first', 'root.key'), 'utf8').trim();
  for (const { parentPath, name } of readdirSync(shelf, { recursive: true, withFileTypes: true }).filter((e) =>
    e.isFile(),
  )) {
    expect(readFileSync(join(parentPath, name)).includes(rootKey), name).toBe(false);
  }
});

it('brings everything back in another form, and no key that was deleted since', async () => {
  const kms = new KMSClient(server.client);
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: 7 }));
  const before = await stateOf(server);
  await expect.poll(() => readdirSync(join(shelf)).includes('destroyed-keys'), { timeout: 10_000 }).toBe(true);
  const data = join(root, 'second');
  const line = ['restore', '--from', shelf, '--data', data, '--database', 'pglite'];
  expect(await runLoam(line)).toMatchObject({ code: 1, stderr: expect.stringContaining('--passphrase-file') });
  await loamResult([...line, '--passphrase-file', passphrase]);
  const restored = await startServer({ data, flags: ['--database', 'pglite'] });
  try {
    expect(await stateOf(restored)).toEqual(before);
    const client = new KMSClient(restored.client);
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: keyId }));
    expect(KeyMetadata?.KeyState).toBe('PendingDeletion');
    const encrypting = client.send(new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from('x') }));
    await expect(encrypting).rejects.toMatchObject({ name: 'KMSInvalidStateException' });
  } finally {
    await restored.stop();
  }
  expect(await runLoam([...line, '--passphrase-file', passphrase])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('empty place only'),
  });
});

it('refuses a damaged backup and names the file', async () => {
  const [name] = readdirSync(join(shelf, 'bytes', 'objects'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.length > 64,
  );
  const path = join(shelf, 'bytes', 'objects', name ?? '');
  const bytes = readFileSync(path);
  const line = ['restore', '--from', shelf, '--data', join(root, 'third'), '--passphrase-file', passphrase];
  writeFileSync(path, Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) ?? 0) ^ 1)]));
  const id = name?.slice(name.lastIndexOf('/') + 1) ?? '';
  expect(await runLoam(line)).toMatchObject({ code: 1, stderr: expect.stringContaining(id) });
  writeFileSync(path, bytes);
  const backups = join(shelf, 'backups');
  const newest = readdirSync(backups).sort().at(-1) ?? '';
  const table = join(backups, newest, 'tables', 'objects.ndjson.gz');
  const whole = readFileSync(table);
  writeFileSync(table, whole.subarray(0, -1));
  expect(await runLoam(line)).toMatchObject({ code: 1, stderr: expect.stringContaining('objects.ndjson.gz') });
  writeFileSync(table, whole);
  // What the refused ones had copied is gone on with.
  await loamResult(line);
});

it('reports garbage of a running server', async () => {
  const garbage = await loamResult<{ kind: string; count: number; waiting?: number }[]>(
    ['gc', '--plan', '--data', join(root, 'first')],
    { AWS_ENDPOINT_URL: server.endpoint },
  );
  expect(garbage.map(({ kind }) => kind)).toContain('orphan-objects');
});
