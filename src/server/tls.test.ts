import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../core/log.ts';
import type { HttpRequest, HttpResponse } from '../wire/request.ts';
import { type Certificate, openCertificate } from './certificate.ts';
import { DEFAULT_LISTENER_LIMITS, type ListenerLimits } from './limits.ts';
import { createListener, type Listener } from './listener.ts';

const fixtures = fileURLToPath(new URL('../../test/fixtures/tls/', import.meta.url));
const ca = ['first', 'second'].map((name) => readFileSync(`${fixtures}${name}-cert.pem`));

async function answer(incoming: HttpRequest, response: HttpResponse): Promise<void> {
  if (incoming.url === '/slow') await new Promise((resolve) => setTimeout(resolve, 300));
  response.writeHead(200, { 'content-type': 'text/plain' });
  (response as NodeJS.WritableStream).end(`${incoming.httpVersion} ${incoming.url}`);
}

let folder: string;
let files: { cert: string; key: string };
let certificate: Certificate;
let listener: Listener;
let port: number;

const show = (name: string): void => {
  copyFileSync(`${fixtures}${name}-cert.pem`, files.cert);
  copyFileSync(`${fixtures}${name}-key.pem`, files.key);
};
const start = async (limits: Partial<ListenerLimits> = {}): Promise<void> => {
  listener = createListener({ handle: answer, certificate, limits: { ...DEFAULT_LISTENER_LIMITS, ...limits } });
  port = await listener.listen(0, '127.0.0.1');
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loam-tls-'));
  files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  show('first');
  certificate = await openCertificate({ ...files, log: silentLog });
});
afterEach(async () => {
  await listener?.close(100);
  await certificate.stop();
  rmSync(folder, { recursive: true });
});

const get = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const sent = request({ port, path, ca, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    sent.on('error', reject);
    sent.end();
  });
const get2 = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const session = connectHttp2(`https://localhost:${port}`, { ca });
    session.on('error', reject);
    const stream = session.request({ ':path': path });
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk;
    });
    stream.on('end', () => {
      session.close();
      resolve(text);
    });
  });
const open = (options: object = {}): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, ca, host: 'localhost', ...options }, () => resolve(socket));
    socket.on('error', reject);
  });
const nameShown = async (): Promise<string> => {
  const socket = await open();
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return String(CN);
};

it('answers HTTP/1.1 and HTTP/2 over TLS, by ALPN', async () => {
  await start();
  expect(await Promise.all([get('/a'), get2('/b'), get('/c')])).toEqual(['1.1 /a', '2.0 /b', '1.1 /c']);
});

it('speaks no version of TLS before 1.2', async () => {
  await start();
  await expect(open({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow();
  expect((await open({ maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
});

it('shows a new certificate to new connections and keeps the others', async () => {
  await start();
  const kept = await open();
  kept.on('error', () => undefined);
  const slow = [get('/slow'), get2('/slow')];
  expect(await nameShown()).toBe('loam test first');
  show('second');
  await certificate.reload();
  expect(await nameShown()).toBe('loam test second');
  expect(await Promise.all(slow)).toEqual(['1.1 /slow', '2.0 /slow']);
  kept.write('GET /kept HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(String(await new Promise((resolve) => kept.once('data', resolve)))).toContain('1.1 /kept');
});

it('keeps the certificate in use while the files are no pair, and refuses to start with such', async () => {
  await start();
  copyFileSync(`${fixtures}second-cert.pem`, files.cert);
  await certificate.reload();
  expect(await nameShown()).toBe('loam test first');
  await expect(openCertificate({ ...files, log: silentLog })).rejects.toThrow(/cannot be used: .*PEM/);
  writeFileSync(files.cert, 'nonsense');
  await expect(openCertificate({ ...files, log: silentLog })).rejects.toThrow(/cannot be used/);
  rmSync(files.key);
  await expect(openCertificate({ ...files, log: silentLog })).rejects.toThrow(/key\.pem of --tls-key cannot be read/);
});

it('closes connections that do not finish their handshake or their headers in time', async () => {
  await start({ headerMs: 300 });
  const { connect: connectPlain } = await import('node:net');
  const silent = connectPlain(port, '127.0.0.1');
  const late = await open();
  late.on('error', () => undefined);
  late.write('GET / HTTP/1.1\r\nHost: a\r\n');
  const from = Date.now();
  await Promise.all([silent, late].map((socket) => new Promise((resolve) => socket.resume().once('close', resolve))));
  expect(Date.now() - from).toBeLessThan(2000);
});

it('ends at shutdown what is idle, and waits for what is under way', async () => {
  await start();
  const idle = await open();
  const ended = new Promise((resolve) => idle.resume().once('close', resolve));
  const slow = [get('/slow'), get2('/slow')];
  await new Promise((resolve) => setTimeout(resolve, 100));
  const from = Date.now();
  await listener.close(5000);
  expect(Date.now() - from).toBeLessThan(3000);
  expect(await Promise.all(slow)).toEqual(['1.1 /slow', '2.0 /slow']);
  await ended;
});
