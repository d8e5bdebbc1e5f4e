// One object of 1 GiB put and got in parts, and the memory of the server meanwhile; beside versitygw in the same run, when
// VERSITYGW names its program. The client signs and hashes nothing while it sends: the servers are what is measured.
// VERSITYGW=…/bin/versitygw node --import tsx bench/large-objects.ts
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { KEYS, startServer } from '../test/support/server.ts';

const MIB = 1 << 20;
const PART = 16 * MIB;
const PARTS = 64;
const AT_ONCE = 4;
const ROUNDS = 3;
const PORT = 55_778;
const place = { Bucket: 'bench', Key: 'large.bin' };
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

interface Figures {
  readonly putMibPerSecond: number;
  readonly getMibPerSecond: number;
  readonly memoryRiseMb: number;
}

const residentMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Sends or reads one part; gives the entity tag, and fails unless `bytes` were read. */
function transfer(url: string, options: { body?: Buffer; range?: string; bytes: number }): Promise<string> {
  const { body, range, bytes } = options;
  const headers = body ? { 'content-length': body.length } : { range };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: body ? 'PUT' : 'GET', headers, agent }, (answer) => {
      let read = 0;
      answer.on('data', (part: Buffer) => {
        read += part.length;
      });
      answer.on('error', reject);
      answer.on('end', () => {
        if ((answer.statusCode ?? 500) < 300 && read === bytes) resolve(String(answer.headers.etag));
        else reject(new Error(`${answer.statusCode} with ${read} bytes in place of ${bytes}`));
      });
    });
    sent.on('error', reject).end(body);
  });
}

async function severalAtOnce(work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < PARTS) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function put(s3: S3Client, body: Buffer): Promise<number> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(place));
  const urls = await Promise.all(
    Array.from({ length: PARTS }, (_, index) =>
      getSignedUrl(s3, new UploadPartCommand({ ...place, UploadId, PartNumber: index + 1 }), { expiresIn: 3600 }),
    ),
  );
  const begun = performance.now();
  const tags: string[] = [];
  await severalAtOnce(async (index) => {
    tags[index] = await transfer(urls[index] ?? '', { body, bytes: 0 });
  });
  const Parts = tags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
  await s3.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }));
  return (PARTS * PART) / MIB / ((performance.now() - begun) / 1000);
}

async function get(s3: S3Client): Promise<number> {
  const url = await getSignedUrl(s3, new GetObjectCommand(place), { expiresIn: 3600 });
  const begun = performance.now();
  await severalAtOnce(async (index) => {
    const range = `bytes=${index * PART}-${(index + 1) * PART - 1}`;
    await transfer(url, { range, bytes: PART });
  });
  return (PARTS * PART) / MIB / ((performance.now() - begun) / 1000);
}

async function measure(endpoint: string, pid: number): Promise<Figures> {
  const common = { forcePathStyle: true, maxAttempts: 1, requestChecksumCalculation: 'WHEN_REQUIRED' } as const;
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials: KEYS, ...common });
  await s3.send(new CreateBucketCommand({ Bucket: place.Bucket }));
  const body = randomBytes(PART);
  const before = residentMb(pid);
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, residentMb(pid));
  }, 20);
  const [puts, gets]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    puts.push(await put(s3, body));
    gets.push(await get(s3));
    await s3.send(new DeleteObjectCommand(place));
  }
  clearInterval(watch);
  return { putMibPerSecond: median(puts), getMibPerSecond: median(gets), memoryRiseMb: most - before };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

async function startPeer(program: string, folder: string): Promise<ChildProcess> {
  const keys = ['--access', KEYS.accessKeyId, '--secret', KEYS.secretAccessKey];
  const peer = spawn(program, [...keys, '--port', `127.0.0.1:${PORT}`, 'posix', folder], { stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries++) {
    if (await fetch(`http://127.0.0.1:${PORT}/`).catch(() => undefined)) return peer;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error('versitygw did not start.');
}

const rows: [string, Figures][] = [];
const server = await startServer();
rows.push(['Loam', await measure(server.endpoint, server.process.pid ?? 0)]);
await server.stop();
if (process.env.VERSITYGW) {
  const folder = mkdtempSync(join(tmpdir(), 'versitygw-'));
  const peer = await startPeer(process.env.VERSITYGW, folder);
  rows.push(['versitygw', await measure(`http://127.0.0.1:${PORT}`, peer.pid ?? 0)]);
  peer.kill();
  rmSync(folder, { recursive: true, force: true });
} else console.error('versitygw is absent: set VERSITYGW to compare.');
agent.destroy();

console.log(`| 1 GiB in ${PARTS} parts, ${AT_ONCE} at once | put, MiB/s | get, MiB/s | memory above idle, MB |`);
console.log('|---|---|---|---|');
for (const [name, { putMibPerSecond, getMibPerSecond, memoryRiseMb }] of rows) {
  console.log(
    `| ${name} | ${putMibPerSecond.toFixed(0)} | ${getMibPerSecond.toFixed(0)} | ${memoryRiseMb.toFixed(0)} |`,
  );
}
const [loam, peer] = rows.map(([, figures]) => figures);
if (loam && peer) {
  const ratio = (name: 'putMibPerSecond' | 'getMibPerSecond'): string => (loam[name] / peer[name]).toFixed(2);
  console.log(`| ratio | ${ratio('putMibPerSecond')} × | ${ratio('getMibPerSecond')} × | |`);
}
