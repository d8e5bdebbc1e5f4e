// Signed requests and S3 against a peer in the same run: moto server, when MOTO_SERVER names its program.
// MOTO_SERVER=…/bin/moto_server node --import tsx bench/objects.ts
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { KEYS, startServer } from '../test/support/server.ts';
import { requestsPerSecond } from './support/load.ts';

const SECONDS = 8;
const CONNECTIONS = 16;
const BUCKET = 'bench';
const MOTO_PORT = 55_777;
const MIB = 1 << 20;

interface Figures {
  readonly name: string;
  readonly getPerSecond: number;
  readonly putPerSecond: number;
}

function clientOf(endpoint: string): S3Client {
  return new S3Client({ endpoint, region: 'us-east-1', credentials: KEYS, forcePathStyle: true, maxAttempts: 1 });
}

function load(url: string, method: 'GET' | 'PUT', body?: Buffer): Promise<number> {
  return requestsPerSecond({ url, method, connections: CONNECTIONS, seconds: SECONDS, ...(body ? { body } : {}) });
}

async function measure(name: string, endpoint: string): Promise<Figures> {
  const s3 = clientOf(endpoint);
  const body = randomBytes(1024);
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'small', Body: body }));
  const options = { expiresIn: 3600 };
  const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket: BUCKET, Key: 'small' }), options);
  const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket: BUCKET, Key: 'written' }), options);
  await load(get, 'GET');
  return { name, getPerSecond: await load(get, 'GET'), putPerSecond: await load(put, 'PUT', body) };
}

const residentMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** How far the resident memory of the server rises while 64 MiB go up and down, MB. */
async function memoryRise(endpoint: string, pid: number): Promise<number> {
  const s3 = clientOf(endpoint);
  const before = residentMb(pid);
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, residentMb(pid));
  }, 20);
  const params = { Bucket: BUCKET, Key: 'large', Body: Buffer.alloc(64 * MIB, 7) };
  await s3.send(new PutObjectCommand(params));
  await new Upload({ client: s3, params }).done();
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'large' }));
  for await (const _ of Body as AsyncIterable<Buffer>) most = Math.max(most, residentMb(pid));
  clearInterval(watch);
  return most - before;
}

async function startMoto(program: string): Promise<() => void> {
  const moto = spawn(program, ['-H', '127.0.0.1', '-p', String(MOTO_PORT)], { stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries++) {
    const answered = await fetch(`http://127.0.0.1:${MOTO_PORT}/`).catch(() => undefined);
    if (answered) break;
    await new Promise((wake) => setTimeout(wake, 200));
  }
  return () => moto.kill();
}

const rows: Figures[] = [];
const server = await startServer();
rows.push(await measure('Loam', server.endpoint));
const rise = await memoryRise(server.endpoint, server.process.pid ?? 0);
await server.stop();
if (process.env.MOTO_SERVER) {
  const stop = await startMoto(process.env.MOTO_SERVER);
  rows.push(await measure('moto server', `http://127.0.0.1:${MOTO_PORT}`).finally(stop));
} else console.error('moto server is absent: set MOTO_SERVER to compare.');

console.log('| S3, 1 KB objects | signed GET/s | signed PUT/s |\n|---|---|---|');
for (const row of rows)
  console.log(`| ${row.name} | ${row.getPerSecond.toFixed(0)} | ${row.putPerSecond.toFixed(0)} |`);
const [loam, moto] = rows;
if (loam && moto) {
  const ratio = (one: number, other: number): string => `${(one / other).toFixed(1)} ×`;
  console.log(
    `| ratio | ${ratio(loam.getPerSecond, moto.getPerSecond)} | ${ratio(loam.putPerSecond, moto.putPerSecond)} |`,
  );
}
console.log(`\n64 MiB up (whole and in parts) and down: resident memory of the server rose ${rise.toFixed(0)} MB`);
