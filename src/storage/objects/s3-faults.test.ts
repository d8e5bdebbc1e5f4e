import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomIds } from '../../core/ids.ts';
import type { ObjectStore } from './contract.ts';
import { openRemoteBucket } from './remote-bucket.ts';
import { openS3Store } from './s3.ts';
import { readBucketUrl } from './s3-url.ts';
import { findS3Program, startTestS3, type TestS3 } from './start-test-s3.ts';

const isThere = findS3Program('moto') !== undefined;
if (!isThere) process.stderr.write('Skipped: faults of an S3 server, because moto is not installed.\n');

/** What the proxy before the server does to the next requests; `undefined` lets one through. */
type Fault = 'busy' | 'cut' | 'reset';

describe.skipIf(!isThere)('an S3 server that', () => {
  let server: TestS3;
  let proxy: Server;
  let store: ObjectStore;
  let faults: (Fault | undefined)[] = [];
  const bytes = randomBytes(3_000_000);

  beforeAll(async () => {
    server = await startTestS3('moto');
    proxy = createServer((incoming, answer) => forward(server.endpoint, incoming, answer, faults.shift()));
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const url = (await server.makeBucket()).replace(encodeURIComponent(server.endpoint), `http://127.0.0.1:${port}`);
    const bucket = await openRemoteBucket(readBucketUrl(url, { environment: server.environment }));
    store = openS3Store({ bucket, folder: 'objects', ids: randomIds });
  });
  afterAll(async () => {
    proxy.closeAllConnections();
    proxy.close();
    await server.stop();
  });
  beforeEach(() => {
    faults = [];
  });

  const write = (content: Buffer) => store.write(chunks(content));

  it('is busy is asked again', async () => {
    faults = ['busy', 'busy', undefined, 'busy'];
    const { id } = await write(bytes);
    expect(bytes.equals(await buffer(await store.read(id)))).toBe(true);
    expect(faults).toEqual([]);
  });

  it('breaks off in the middle of a body is read on from there', async () => {
    const { id } = await write(bytes);
    faults = ['cut', undefined, 'cut'];
    expect(bytes.equals(await buffer(await store.read(id)))).toBe(true);
    const range = { start: 1_000_000, end: 2_999_999 };
    faults = ['cut'];
    expect(bytes.subarray(1_000_000).equals(await buffer(await store.read(id, { range })))).toBe(true);
  });

  it('resets connections while parts are sent gets them again', async () => {
    const large = randomBytes(20_000_000);
    faults = [undefined, 'reset', undefined, 'busy'];
    const { id } = await write(large);
    expect(large.equals(await buffer(await store.read(id)))).toBe(true);
  });

  it('stays busy is a passing fault, told without its own words', async () => {
    faults = Array.from({ length: 20 }, () => 'busy' as const);
    await expect(write(Buffer.from('x'))).rejects.toMatchObject({
      code: 'storage-unavailable',
      kind: 'dependency',
      message: expect.stringMatching(/it answers \w+ \(503\)/),
    });
  });

  it('gives other bytes than were written is found out', async () => {
    const { id, sha256 } = await write(Buffer.from('what was written'));
    const s3 = server.client();
    const { PutObjectCommand, ListBucketsCommand, ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    for (const { Name } of Buckets) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: Name }));
      const found = Contents.find(({ Key }) => Key?.includes(sha256));
      if (found) await s3.send(new PutObjectCommand({ Bucket: Name, Key: found.Key, Body: 'what was changed' }));
    }
    await expect(store.read(id).then(buffer)).rejects.toMatchObject({ code: 'bytes-missing' });
  });
});

it('that does not answer at all is named, with its bucket', async () => {
  const url = 's3://bytes/prefix?endpoint=http://127.0.0.1:9';
  const keys = { LOAM_OBJECTS_ACCESS_KEY_ID: 'a', LOAM_OBJECTS_SECRET_ACCESS_KEY: 'b' };
  await expect(openRemoteBucket(readBucketUrl(url, { environment: keys }))).rejects.toMatchObject({
    code: 'storage-unavailable',
    message: expect.stringContaining('s3://bytes/prefix/ at http://127.0.0.1:9'),
  });
});

async function* chunks(content: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += 300_000) yield content.subarray(at, at + 300_000);
}

function forward(to: string, incoming: IncomingMessage, answer: ServerResponse, fault: Fault | undefined): void {
  if (fault === 'reset') return void incoming.socket.destroy();
  if (fault === 'busy') {
    incoming.resume();
    answer.writeHead(503, { 'content-type': 'application/xml' });
    return void answer.end('<Error><Code>SlowDown</Code><Message>internal words</Message></Error>');
  }
  const { method = 'GET', headers, url = '/' } = incoming;
  const outgoing = request(`${to}${url}`, { method, headers }, (got) => {
    answer.writeHead(got.statusCode ?? 500, got.headers);
    if (fault !== 'cut') return void got.pipe(answer);
    let sent = 0;
    got.on('data', (chunk: Buffer) => {
      answer.write(chunk);
      sent += chunk.length;
      if (sent > 500_000) answer.destroy();
    });
  });
  outgoing.on('error', () => answer.destroy());
  incoming.pipe(outgoing);
}
