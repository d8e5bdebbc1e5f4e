import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KEYS } from '../support/server.ts';
import { type RawAnswer, type RawRequest, send, signHeaders } from '../wire/signed.ts';
import { type HostileServer, startHostileServer } from './hostile-server.ts';
import { FLAG, FRAME, GET_HEADERS, openRawHttp2, type RawHttp2 } from './raw-http2.ts';

const MIB = 1 << 20;
// What a flood may add to the resident memory of the server while it lasts.
const MOST_MB = 200;

let server: HostileServer;
let s3: S3Client;
beforeAll(async () => {
  server = await startHostileServer([
    '--max-connections',
    '600',
    '--max-connections-per-address',
    '500',
    '--body-memory-mb',
    '64',
  ]);
  s3 = new S3Client({ ...server.client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'flooded' }));
  await s3.send(new PutObjectCommand({ Bucket: 'flooded', Key: 'key', Body: 'there' }));
});
afterAll(async () => {
  s3.destroy();
  expect(await server.stop()).toBe(0);
  expect(server.errors()).not.toMatch(/unhandled|uncaught/i);
});
// After each flood everybody else is served as before.
afterEach(async () => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'flooded', Key: 'key' }));
  expect(await Body?.transformToString()).toBe('there');
});

async function growthOf(flood: () => Promise<unknown>): Promise<number> {
  const before = server.memoryMb() ?? 0;
  server.peakMb();
  await flood();
  return server.peakMb() - before;
}

const open = (): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => resolve(socket));
    socket.on('error', () => socket.destroy());
    socket.resume();
  });
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => (socket.destroyed ? resolve() : socket.once('close', () => resolve())));
const many = <Item>(count: number, make: (index: number) => Promise<Item>): Promise<Item[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));
const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

async function sendSigned(raw: RawRequest, service = 's3'): Promise<RawAnswer> {
  const headers = await signHeaders(server.port, raw, { service, key: KEYS });
  return send(server.port, { ...raw, headers });
}

describe('slow and many', () => {
  it('closes 400 connections that send their headers byte by byte, and serves others meanwhile', async () => {
    const growth = await growthOf(async () => {
      const sockets = await many(400, open);
      const dripping = setInterval(() => {
        for (const socket of sockets) if (socket.writable) socket.write('x');
      }, 200);
      for (const socket of sockets) socket.write('GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'flooded', Key: 'key' }));
      expect(await Body?.transformToString()).toBe('there');
      await Promise.all(sockets.map(closed));
      clearInterval(dripping);
    });
    expect(growth).toBeLessThan(MOST_MB);
  }, 30_000);

  it('holds no more than the body it got of 200 slow uploads', async () => {
    const growth = await growthOf(async () => {
      const sockets = await many(200, open);
      for (const socket of sockets) {
        socket.write('PUT /flooded/slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n');
        socket.write(Buffer.alloc(64 * 1024));
      }
      await sleep(1000);
      for (const socket of sockets) socket.destroy();
    });
    expect(growth).toBeLessThan(MOST_MB);
  }, 30_000);

  it('refuses connections over the bound of an address, and takes them again', async () => {
    const sockets = await many(560, open);
    await sleep(300);
    expect(sockets.filter(({ destroyed }) => destroyed).length).toBeGreaterThanOrEqual(60);
    for (const socket of sockets) socket.destroy();
    await Promise.all(sockets.map(closed));
    await sleep(100);
  });

  it('refuses headers over the bound, in length and in number', async () => {
    const growth = await growthOf(async () => {
      const sockets = await many(50, open);
      const lines = Array.from({ length: 5000 }, (_, index) => `X-H${index}: ${'v'.repeat(40)}\r\n`).join('');
      for (const socket of sockets) socket.write(`GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`);
      await Promise.all(sockets.map(closed));
    });
    expect(growth).toBeLessThan(MOST_MB);
  });

  it('ends a connection on which thousands of requests are sent ahead of their answers', async () => {
    const growth = await growthOf(async () => {
      const sockets = await many(10, open);
      const requests = 'GET /flooded/key HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5000);
      for (const socket of sockets) socket.write(requests);
      await Promise.all(sockets.map(closed));
    });
    expect(growth).toBeLessThan(MOST_MB);
  });
});

describe('bodies', () => {
  const forms = [
    ['a form', 'sts', { 'content-type': 'application/x-www-form-urlencoded' }, '/'],
    ['JSON', 'bedrock', { 'content-type': 'application/json' }, '/knowledgebases/'],
    ['XML', 's3', { 'content-type': 'application/xml' }, '/flooded?delete'],
  ] as const;

  it.each(forms)(
    'holds bodies of %s within the memory for bodies',
    async (_name, service, headers, path) => {
      const body = Buffer.alloc(24 * MIB, 'a');
      const growth = await growthOf(async () => {
        const raw: RawRequest = { method: 'POST', path, headers, body };
        const sent = await signHeaders(server.port, raw, { service, key: KEYS });
        const answers = await many(24, () => send(server.port, { ...raw, headers: sent }).catch(() => undefined));
        for (const answer of answers) expect([undefined, 400, 404, 413, 503]).toContain(answer?.status);
      });
      // Nobody's body is let in when the memory for all of them is taken.
      expect(growth).toBeLessThan(MOST_MB + 64);
    },
    60_000,
  );

  it('does not unpack a bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(300 * MIB));
    const growth = await growthOf(async () => {
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      const raw = { method: 'POST', path: '/knowledgebases/', headers, body: bomb };
      const answers = await many(8, () => sendSigned(raw, 'bedrock'));
      for (const { status } of answers) expect([400, 413, 503]).toContain(status);
    });
    expect(growth).toBeLessThan(MOST_MB + 64);
  }, 60_000);

  it('ends an upload in chunks whose framing is longer than its content', async () => {
    const extension = ';x='.padEnd(200_000, 'y');
    const headers = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '10',
    };
    for (const body of [
      `a${extension}\r\n0123456789\r\n0\r\n\r\n`,
      `${'0'.repeat(100_000)}a\r\n0123456789\r\n0\r\n\r\n`,
    ]) {
      const { status } = await sendSigned({ method: 'PUT', path: '/flooded/framed', headers, body });
      expect(status).toBe(400);
    }
  });

  it('ends HTTP chunks whose extensions never end', async () => {
    const socket = await open();
    socket.write('PUT /flooded/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    const growth = await growthOf(async () => {
      for (let sent = 0; sent < 64 && socket.writable; sent++) {
        socket.write(`1;${'e'.repeat(MIB)}`);
        await sleep(5);
      }
    });
    socket.destroy();
    expect(growth).toBeLessThan(MOST_MB);
  });

  const json = (body: string): [string, RawRequest] => [
    'bedrock',
    { method: 'PUT', path: '/knowledgebases/', headers: { 'content-type': 'application/json' }, body },
  ];
  const xml = (body: string): [string, RawRequest] => [
    's3',
    { method: 'POST', path: '/flooded?delete', headers: { 'content-type': 'application/xml' }, body },
  ];
  const form = (fields: string): [string, RawRequest] => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return ['sts', { method: 'POST', path: '/', headers, body: `Action=AssumeRole&Version=2011-06-15&${fields}` }];
  };
  const entities = `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${'<!ENTITY b "&a;&a;">'.repeat(9)}]>`;
  const members = Array.from({ length: 100_000 }, (_, at) => `Tags.member.${at}.Key=x`);
  it.each([
    ['JSON arrays', json('['.repeat(200_000) + ']'.repeat(200_000))],
    ['JSON objects', json(`${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`)],
    ['XML', xml('<a>'.repeat(200_000) + '</a>'.repeat(200_000))],
    ['XML elements', xml(`<Delete>${'<Object/>'.repeat(500_000)}</Delete>`)],
    ['XML entities', xml(`${entities}<Delete>&b;</Delete>`)],
    ['form members', form(members.join('&'))],
    ['form nesting', form(`${'a.'.repeat(100_000)}=x`)],
  ])(
    'refuses %s without end',
    async (_name, [service, raw]) => {
      const growth = await growthOf(async () => {
        expect([400, 413]).toContain((await sendSigned(raw, service)).status);
      });
      expect(growth).toBeLessThan(MOST_MB);
    },
    20_000,
  );
});

type SendOne = (client: RawHttp2, index: number) => boolean;

describe('HTTP/2', () => {
  const flood = async (send_: SendOne, most: number, mayStay = false): Promise<boolean> => {
    const client = await openRawHttp2(server.port);
    const ended = client.closed.then(() => true);
    for (let index = 0; index < most && !client.socket.destroyed; index++) {
      if (!send_(client, index)) await Promise.race([sleep(1), ended]);
    }
    const wasClosed = await Promise.race([ended, sleep(mayStay ? 200 : 5000).then(() => false)]);
    client.socket.destroy();
    return wasClosed;
  };
  const headersThenReset = (client: RawHttp2, index: number): boolean => {
    const stream = index * 2 + 1;
    client.frame(FRAME.headers, FLAG.endHeaders + FLAG.endStream, stream, GET_HEADERS);
    return client.frame(FRAME.reset, 0, stream, Buffer.from([0, 0, 0, 8]));
  };

  it.each<[string, SendOne, number]>([
    ['streams that are opened and reset', headersThenReset, 20_000],
    ['SETTINGS', (client) => client.frame(FRAME.settings, 0, 0, Buffer.from([0, 1, 0, 0, 16, 0])), 200_000],
    ['PING', (client) => client.frame(FRAME.ping, 0, 0, Buffer.alloc(8)), 200_000],
    [
      'CONTINUATION without end',
      (client, index) =>
        index === 0
          ? client.frame(FRAME.headers, 0, 1, GET_HEADERS)
          : client.frame(FRAME.continuation, 0, 1, Buffer.from([0, 1, 97, 1, 98])),
      200_000,
    ],
    [
      'empty DATA',
      (client, index) =>
        index === 0 ? client.frame(FRAME.headers, FLAG.endHeaders, 1, GET_HEADERS) : client.frame(FRAME.data, 0, 1),
      200_000,
    ],
  ])(
    'closes a connection that floods it with %s',
    async (_name, sendOne, most) => {
      let wasClosed = false;
      const growth = await growthOf(async () => {
        wasClosed = await flood(sendOne, most);
      });
      expect(wasClosed).toBe(true);
      expect(growth).toBeLessThan(MOST_MB);
    },
    30_000,
  );

  it.each<[string, SendOne]>([
    ['PRIORITY', (client, index) => client.frame(FRAME.priority, 0, index * 2 + 1, Buffer.from([0, 0, 0, 0, 1]))],
    ['WINDOW_UPDATE', (client) => client.frame(FRAME.windowUpdate, 0, 0, Buffer.from([0, 0, 0, 1]))],
  ])(
    'keeps its memory under a flood of %s',
    async (_name, sendOne) => {
      expect(await growthOf(() => flood(sendOne, 100_000, true))).toBeLessThan(MOST_MB);
    },
    30_000,
  );

  it('takes so many streams at once and no more', async () => {
    const client = await openRawHttp2(server.port);
    const read: Buffer[] = [];
    client.socket.on('data', (piece) => void read.push(piece));
    for (let index = 0; index < 400; index++) client.frame(FRAME.headers, FLAG.endHeaders, index * 2 + 1, GET_HEADERS);
    await sleep(500);
    // RST_STREAM with REFUSED_STREAM (7), or the connection's end.
    const refused = Buffer.concat(read).includes(Buffer.from([0, 0, 4, 3, 0])) || client.socket.destroyed;
    expect(refused).toBe(true);
    client.socket.destroy();
  });
});
