import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpRequest, HttpResponse } from '../wire/request.ts';
import { DEFAULT_LISTENER_LIMITS, type ListenerLimits } from './limits.ts';
import { createListener, type Listener } from './listener.ts';

async function answer(incoming: HttpRequest, response: HttpResponse): Promise<void> {
  if (incoming.url === '/slow') await new Promise((resolve) => setTimeout(resolve, 300));
  response.writeHead(200, { 'content-type': 'text/plain' });
  (response as NodeJS.WritableStream).end(`${incoming.httpVersion} ${incoming.url}`);
}

describe('listener', () => {
  let listener: Listener;
  let port = 0;
  const start = async (limits: Partial<ListenerLimits> = {}): Promise<void> => {
    listener = createListener({ handle: answer, limits: { ...DEFAULT_LISTENER_LIMITS, ...limits } });
    port = await listener.listen(0, '127.0.0.1');
  };
  afterEach(() => listener.close(100));

  const get = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request({ port, path, agent: false }, (response) => {
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
      const session = connectHttp2(`http://127.0.0.1:${port}`);
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
  const hangingRequest = (): (() => void) => {
    const sent = request({ port, agent: false }).on('error', () => undefined);
    sent.end();
    return () => sent.destroy();
  };
  const hangingRequest2 = (): (() => void) => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    session.request({ ':path': '/' }).on('error', () => undefined);
    return () => session.destroy();
  };
  const open = (): Promise<Socket> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
      socket.on('error', () => undefined);
    });
  const closed = (socket: Socket): Promise<number> => {
    const from = Date.now();
    socket.resume();
    return new Promise((resolve) => {
      socket.on('close', () => resolve(Date.now() - from));
    });
  };

  it.each(['HTTP/1.1', 'HTTP/2'])('tells of a client that hung up before its answer, over %s', async (version) => {
    let left = false;
    let reached = false;
    const handle = async (_incoming: HttpRequest, response: HttpResponse): Promise<void> => {
      response.once('close', () => {
        left = true;
      });
      reached = true;
    };
    listener = createListener({ handle, limits: DEFAULT_LISTENER_LIMITS });
    port = await listener.listen(0, '127.0.0.1');
    const hangUp = version === 'HTTP/2' ? hangingRequest2() : hangingRequest();
    await expect.poll(() => reached).toBe(true);
    hangUp();
    await expect.poll(() => left).toBe(true);
  });

  it('answers HTTP/1.1 and HTTP/2 on one port', async () => {
    await start();
    expect(await Promise.all([get('/a'), get2('/b'), get('/c')])).toEqual(['1.1 /a', '2.0 /b', '1.1 /c']);
  });

  it('tells the protocols apart when the bytes come one by one', async () => {
    await start();
    const socket = await open();
    const text = 'PUT /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    let read = '';
    socket.on('data', (chunk) => {
      read += chunk;
    });
    for (const character of text) {
      socket.write(character);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await closed(socket);
    expect(read).toContain('1.1 /x');
  });

  it('closes connections that say nothing, and those whose headers are late', async () => {
    await start({ headerMs: 200 });
    const silent = await open();
    const late = await open();
    late.write('GET / HTTP/1.1\r\nHost: a\r\n');
    const times = await Promise.all([closed(silent), closed(late)]);
    for (const time of times) expect(time).toBeLessThan(2000);
  });

  it('lets go at once of connections that end without a byte', async () => {
    await start({ connectionsPerAddress: 2 });
    for (let times = 0; times < 6; times++) {
      const socket = await open();
      socket.end();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await get('/served')).toBe('1.1 /served');
  });

  it('takes so many connections of one address and no more', async () => {
    await start({ connectionsPerAddress: 2 });
    const kept = [await open(), await open()];
    const refused = await open();
    expect(await closed(refused)).toBeLessThan(1000);
    for (const socket of kept) socket.destroy();
    await expect.poll(() => get('/served').catch(() => '')).toBe('1.1 /served');
  });

  it('closes idle connections at once, silent ones after a second, and lets the others finish', async () => {
    await start();
    const idle = await open();
    const silent = await open();
    idle.write('GET /kept HTTP/1.1\r\nHost: a\r\n\r\n');
    await new Promise((resolve) => idle.once('data', resolve));
    const slow = get('/slow');
    const slow2 = get2('/slow');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const from = Date.now();
    const ends = Promise.all([closed(idle), closed(silent)]);
    await listener.close(5000);
    expect(Date.now() - from).toBeLessThan(3000);
    const [idleMs, silentMs] = await ends;
    expect(idleMs).toBeLessThan(900);
    // It may be about to speak.
    expect(silentMs).toBeLessThan(2000);
    expect([await slow, await slow2]).toEqual(['1.1 /slow', '2.0 /slow']);
  });

  it('ends what does not finish within the grace', async () => {
    await start();
    const socket = await open();
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const hanging = closed(socket);
    const from = Date.now();
    await listener.close(200);
    expect(Date.now() - from).toBeLessThan(2000);
    await hanging;
  });

  it('says that its port is in use', async () => {
    await start();
    const second = createListener({ handle: answer, limits: DEFAULT_LISTENER_LIMITS });
    await expect(second.listen(port, '127.0.0.1')).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use`);
  });

  it('answers a request once, whatever bytes follow it', async () => {
    await start();
    const socket = await open();
    let read = '';
    socket.on('data', (chunk) => {
      read += chunk;
    });
    socket.write('HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n\0\0\0');
    await closed(socket);
    expect(read.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(read).toMatch(/^HTTP\/1\.1 200/);
  });

  it('says what it cannot read', async () => {
    await start();
    const socket = await open();
    let read = '';
    socket.on('data', (chunk) => {
      read += chunk;
    });
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n');
    await closed(socket);
    expect(read).toMatch(/^HTTP\/1\.1 400 [\s\S]*no HTTP\/1\.1 request/);
  });

  it('refuses headers over the limit', async () => {
    await start({ headerBytes: 4096 });
    const socket = await open();
    let read = '';
    socket.on('data', (chunk) => {
      read += chunk;
    });
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(10_000)}\r\n\r\n`);
    await closed(socket);
    expect(read).toMatch(/^HTTP\/1\.1 431 [\s\S]*longer than the limit of 4096 bytes/);
  });
});
