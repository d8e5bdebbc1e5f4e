import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { Agent, request as requestTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './soak/free-port.ts';
import { startServer, type TestServer } from './support/server.ts';

const PREFIX = '/team/loam';
const KEY = 'a folder/ünï %2F+code.txt';
const root = fileURLToPath(new URL('..', import.meta.url));
const tls = join(root, 'test', 'fixtures', 'tls');

let server: TestServer;
let untrusting: TestServer;
beforeAll(async () => {
  server = await startServer({ flags: ['--trusted-proxies', '127.0.0.1'] });
  untrusting = await startServer();
});
afterAll(async () => {
  await server.stop();
  await untrusting.stop();
});

/** A proxy that names itself to the server, and takes requests below a prefix. */
function startProxy(target: TestServer): Promise<{ server: Server; url: string }> {
  const { hostname, port } = new URL(target.endpoint);
  const proxy = createServer((incoming, response) => {
    const headers = {
      ...incoming.headers,
      host: 'inside.example',
      'x-forwarded-host': incoming.headers.host ?? '',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-prefix': PREFIX,
    };
    const path = incoming.url?.slice(PREFIX.length) || '/';
    const sent = request({ hostname, port, method: incoming.method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    sent.on('error', () => response.destroy());
    incoming.pipe(sent);
  });
  return new Promise((resolve) => {
    proxy.listen(0, '127.0.0.1', () => {
      resolve({ server: proxy, url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${PREFIX}` });
    });
  });
}

describe('behind a proxy that changes host and path', () => {
  it('takes signatures as the client made them, when the proxy is trusted', async () => {
    const proxy = await startProxy(server);
    const options = { ...server.client, endpoint: proxy.url };
    const s3 = new S3Client({ ...options, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'behind' }));
    await s3.send(new PutObjectCommand({ Bucket: 'behind', Key: KEY, Body: 'through' }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'behind', Key: KEY }));
    expect(await Body?.transformToString()).toBe('through');
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'behind', Key: KEY }));
    expect(await (await fetch(url)).text()).toBe('through');
    const { Account } = await new STSClient(options).send(new GetCallerIdentityCommand({}));
    expect(Account).toBe('000000000000');
    proxy.server.close();
  });

  it('refuses them when it is not', async () => {
    const proxy = await startProxy(untrusting);
    const s3 = new S3Client({ ...untrusting.client, endpoint: proxy.url, forcePathStyle: true });
    await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    proxy.server.close();
  });
});

const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
const nginx = spawnSync('nginx', ['-v']).status === 0;
if (!nginx) process.stderr.write('Skipped: deploy/nginx.conf, because nginx is not installed.\n');

describe.skipIf(!nginx)('behind nginx with deploy/nginx.conf', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loam-nginx-'));
  let port = 0;
  let ended: Promise<unknown>;
  let stop: () => void;
  beforeAll(async () => {
    port = await freePort();
    writeFileSync(join(folder, 'nginx.conf'), configuration(port));
    const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], {
      stdio: 'ignore',
    });
    stop = () => void child.kill('SIGTERM');
    ended = new Promise((resolve) => child.once('exit', resolve));
    for (let tries = 0; (await head('/health/live').catch(() => 0)) !== 200 && tries < 100; tries++) await sleep(100);
  });
  afterAll(async () => {
    stop();
    await ended;
    rmSync(folder, { recursive: true });
  });

  /** The file as it is shipped, for one server on this machine. */
  function configuration(listen: number): string {
    const site = readFileSync(join(root, 'deploy', 'nginx.conf'), 'utf8')
      .replace(/\n {2}server loam-2:.*$/gm, '')
      .replace('server loam-1:4566 max_fails=2 fail_timeout=5s;', `server ${new URL(server.endpoint).host};`)
      .replace('server loam-1:4567;', 'server 127.0.0.1:9;')
      .replaceAll('listen 443 ssl;\n  http2 on;', `listen 127.0.0.1:${listen} ssl http2;`)
      .replaceAll('/etc/nginx/tls/cert.pem', join(tls, 'first-cert.pem'))
      .replaceAll('/etc/nginx/tls/key.pem', join(tls, 'first-key.pem'));
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    return `${process.getuid?.() === 0 ? 'user root;' : ''} pid ${folder}/pid; error_log ${folder}/log; events {} http { access_log off; ${paths.join(' ')}\n${site} }`;
  }

  const ca = readFileSync(join(tls, 'first-cert.pem'));
  const head = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const options = { host: 'localhost', port, path, ca };
      requestTls(options, (answer) => resolve(answer.resume().statusCode ?? 0))
        .on('error', reject)
        .end();
    });

  it('serves the official client over TLS', async () => {
    const requestHandler = { httpsAgent: new Agent({ ca }) };
    const s3 = new S3Client({
      ...server.client,
      endpoint: `https://localhost:${port}`,
      forcePathStyle: true,
      requestHandler,
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'nginx' }));
    const large = Buffer.alloc(12 << 20, 'x');
    await s3.send(new PutObjectCommand({ Bucket: 'nginx', Key: KEY, Body: large, Metadata: { a_b: 'c' } }));
    const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket: 'nginx', Key: KEY }));
    expect(Metadata).toEqual({ a_b: 'c' });
    expect((await Body?.transformToByteArray())?.length).toBe(large.length);
    await s3.send(new PutObjectCommand({ Bucket: 'nginx', Key: 'a//b/../c', Body: 'as it is' }));
    const odd = await s3.send(new GetObjectCommand({ Bucket: 'nginx', Key: 'a//b/../c' }));
    expect(await odd.Body?.transformToString()).toBe('as it is');
    expect(await head('/metrics')).toBe(403);
  });
});
