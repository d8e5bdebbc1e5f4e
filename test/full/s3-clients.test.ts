// S3 tools that people have, unmodified, against a running server. A tool that is not installed says so in one line.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';

const parts = process.env.LOAM_TEST_PARTS ?? join(homedir(), '.cache', 'loam-test-parts');
const MIB = 1024 * 1024;
const FILES: Readonly<Record<string, number>> = {
  'empty.txt': 0,
  'small.txt': 11,
  'deep/er/ünïcode & spaces+plus.bin': 70_000,
  'large.bin': 20 * MIB + 3,
};

let server: TestServer;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'loam-clients-'));
  environment = { PATH: process.env.PATH ?? '', HOME: folder, PYTHONDONTWRITEBYTECODE: '1', ...server.environment };
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function run(program: string, ...line: string[]): SpawnSyncReturns<string> {
  const result = spawnSync(program, line, { env: environment, encoding: 'utf8', timeout: 120_000 });
  expect(result.status, `${program} ${line.join(' ')}\n${result.stdout}\n${result.stderr}`).toBe(0);
  return result;
}

function makeFolder(name: string): string {
  const path = join(folder, name);
  for (const [file, size] of Object.entries(FILES)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), randomBytes(size));
  }
  return path;
}

function digests(path: string): Record<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true, encoding: 'utf8' });
  const found = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
  return Object.fromEntries(found.map((file) => [file.slice(path.length + 1), digest(file)] as const).sort());
}

function suite(name: string, program: string, isThere: boolean, tests: () => void): void {
  if (!isThere) process.stderr.write(`Skipped: ${name}, because ${program} is not installed.\n`);
  describe.skipIf(!isThere)(name, tests);
}

const aws = join(parts, 'aws-cli', 'bin', 'aws');
suite('the aws command line', aws, existsSync(aws), () => {
  it('syncs a folder there and back, and sends only what changed', () => {
    const source = makeFolder('aws');
    run(aws, 's3', 'mb', 's3://aws-sync');
    expect(run(aws, 's3', 'sync', source, 's3://aws-sync/copy').stdout).toContain('upload:');
    expect(run(aws, 's3', 'sync', source, 's3://aws-sync/copy').stdout).not.toContain('upload:');
    rmSync(join(source, 'small.txt'));
    writeFileSync(join(source, 'empty.txt'), 'no longer');
    const again = run(aws, 's3', 'sync', '--delete', source, 's3://aws-sync/copy').stdout;
    expect(again.match(/upload:/g)).toHaveLength(1);
    expect(again.match(/delete:/g)).toHaveLength(1);
    run(aws, 's3', 'sync', 's3://aws-sync/copy', join(folder, 'aws-back'));
    expect(digests(join(folder, 'aws-back'))).toEqual(digests(source));
  });

  it('lists, copies, moves, presigns and removes', () => {
    expect(run(aws, 's3', 'ls', '--recursive', 's3://aws-sync').stdout).toContain('copy/large.bin');
    run(aws, 's3', 'cp', 's3://aws-sync/copy/large.bin', 's3://aws-sync/second.bin');
    run(aws, 's3', 'mv', 's3://aws-sync/second.bin', 's3://aws-sync/third.bin');
    const link = run(aws, 's3', 'presign', 's3://aws-sync/copy/empty.txt').stdout.trim();
    expect(run('curl', '-sf', link).stdout).toBe('no longer');
    run(aws, 's3', 'rb', '--force', 's3://aws-sync');
    expect(run(aws, 's3', 'ls').stdout).not.toContain('aws-sync');
  });
});

suite('rclone', 'rclone', spawnSync('rclone', ['version']).status === 0, () => {
  it('syncs, checks and purges', () => {
    const remote = [
      ...['RCLONE_CONFIG_LOAM_TYPE=s3', 'RCLONE_CONFIG_LOAM_PROVIDER=Other', 'RCLONE_CONFIG_LOAM_ENV_AUTH=true'],
      ...['RCLONE_CONFIG_LOAM_REGION=us-east-1', `RCLONE_CONFIG_LOAM_ENDPOINT=${server.endpoint}`],
    ].map((pair) => pair.split(/=(.*)/s, 2) as [string, string]);
    Object.assign(environment, Object.fromEntries(remote));
    const source = makeFolder('rclone');
    const target = 'loam:rclone-sync/copy';
    run('rclone', 'mkdir', 'loam:rclone-sync');
    run('rclone', 'sync', '--s3-chunk-size', '5M', '--s3-upload-cutoff', '6M', source, target);
    run('rclone', 'check', source, target);
    rmSync(join(source, 'small.txt'));
    run('rclone', 'sync', source, target);
    run('rclone', 'copy', target, join(folder, 'rclone-back'));
    expect(digests(join(folder, 'rclone-back'))).toEqual(digests(source));
    run('rclone', 'purge', 'loam:rclone-sync');
  });
});

const python = join(parts, 'clients', 'bin', 'python');
suite('boto3, s3fs, pyarrow and DuckDB', python, existsSync(python), () => {
  it('pass their suite', () => {
    const file = fileURLToPath(new URL('clients/test_python_clients.py', import.meta.url));
    run(python, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', file);
  }, 180_000);
});

describe('lib-storage', () => {
  it('uploads a stream of unknown length in parts', async () => {
    const s3 = new S3Client({ ...server.client, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'lib-storage' }));
    const bytes = randomBytes(17 * MIB + 5);
    const Body = Readable.from([bytes.subarray(0, 9 * MIB), bytes.subarray(9 * MIB)]);
    const place = { Bucket: 'lib-storage', Key: 'streamed.bin' };
    await new Upload({ client: s3, params: { ...place, Body, ChecksumAlgorithm: 'SHA256' } }).done();
    const { Body: back } = await s3.send(new GetObjectCommand({ ...place, ChecksumMode: 'ENABLED' }));
    expect(Buffer.from((await back?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });
});
