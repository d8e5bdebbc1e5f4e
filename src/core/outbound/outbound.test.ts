import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { isLoamError } from '../errors.ts';
import { readAllowList } from './allow-list.ts';
import { createOutbound, type OutboundOptions } from './create-outbound.ts';
import { plainAddress, specialKind } from './special-addresses.ts';

const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error: Error) => (isLoamError(error) ? `${error.code}: ${error.message}` : `${error.name}: ${error.message}`),
  );

describe('addresses', () => {
  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '169.254.169.254',
    '168.63.129.16',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.0.192',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'fc00::1',
    'fec0::1',
    'ff02::1',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
    '64:ff9b::a00:1',
    '64:ff9b:1::808:808',
    '2001:0:1::1',
    '2001:db8::1',
  ])('%s is not public', (address) => {
    const plain = plainAddress(address);
    expect(plain && specialKind(plain)).toBeDefined();
    expect(readAllowList(['intern.example']).refusal('other.example', 80, address)).toBeDefined();
  });

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2002:808:808::1', '64:ff9b::808:808'])(
    '%s is public',
    (address) => {
      expect(readAllowList([]).refusal('other.example', 443, address)).toBeUndefined();
    },
  );

  it('lets an address, a range, a host and its port pass, and no others', () => {
    const list = readAllowList([
      '127.0.0.1:8080',
      '10.0.0.0/8',
      '[::1]',
      'models.corp:443',
      '*.lab.example',
      'fd00::/8',
    ]);
    const allowed = (host: string, port: number, address: string) => list.refusal(host, port, address) === undefined;
    expect(allowed('127.0.0.1', 8080, '127.0.0.1')).toBe(true);
    expect(allowed('127.0.0.1', 8080, '::ffff:127.0.0.1')).toBe(true);
    expect(allowed('127.0.0.1', 8081, '127.0.0.1')).toBe(false);
    expect(allowed('any.example', 1, '10.9.9.9')).toBe(true);
    expect(allowed('localhost', 1, '::1')).toBe(true);
    expect(allowed('MODELS.corp.', 443, '192.168.0.1')).toBe(true);
    expect(allowed('models.corp', 80, '192.168.0.1')).toBe(false);
    expect(allowed('a.lab.example', 80, '127.0.0.1')).toBe(true);
    expect(allowed('lab.example', 80, '127.0.0.1')).toBe(false);
    expect(allowed('evil-lab.example', 80, '127.0.0.1')).toBe(false);
    expect(allowed('x.example', 80, 'fd12::1')).toBe(true);
    // A name may be pointed there by who owns it.
    expect(allowed('models.corp', 443, '169.254.169.254')).toBe(false);
    expect(allowed('models.corp', 443, '0.0.0.0')).toBe(false);
  });

  it.each(['', '*', '10.0.0.0/33', '10.0.0', 'http://a.example', 'a b', '::1:80:x', 'a.example/8', 'fe80::/129'])(
    'refuses %j in the list',
    (entry) => {
      expect(() => readAllowList([entry])).toThrow(RangeError);
    },
  );
});

describe('outbound', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });
  const start = (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> =>
    new Promise((resolve) => {
      const server = createServer(answer);
      servers.push(server);
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
  const open = (options: Partial<OutboundOptions> = {}) => createOutbound({ allow: ['127.0.0.1'], ...options });

  it('refuses what is not allow-listed, and says what would allow it', async () => {
    let reached = 0;
    const port = await start((_request, response) => {
      reached++;
      response.end();
    });
    const shut = createOutbound({ allow: [] });
    const urls = ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '0.0.0.0', '127.1'];
    for (const host of urls) {
      const said = await codeOf(shut(`http://${host}:${port}/`));
      expect(said).toMatch(/^outbound-refused: .*--allow-outbound \(LOAM_ALLOW_OUTBOUND\)/);
    }
    expect(await codeOf(shut('http://169.254.169.254/latest/meta-data/'))).toContain('is not public');
    expect(await codeOf(shut('ftp://127.0.0.1/'))).toContain('has the scheme ftp:');
    expect(await codeOf(open()(`http://user:secret@127.0.0.1:${port}/`))).toContain('has a user name or password');
    expect(reached).toBe(0);
  });

  it('sends what fetch would send, and gives what it would give', async () => {
    const port = await start((request, response) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (part: string) => {
        body += part;
      });
      request.on('end', () => {
        response.setHeader('set-cookie', ['a=1', 'b=2']);
        response.writeHead(201).end(JSON.stringify([request.method, request.url, request.headers['x-own'], body]));
      });
    });
    const response = await open()(new URL(`http://127.0.0.1:${port}/a?b=c`), {
      method: 'POST',
      headers: { 'x-own': 'yes' },
      body: 'héllo',
    });
    expect([response.status, response.headers.getSetCookie()]).toEqual([201, ['a=1', 'b=2']]);
    expect(await response.json()).toEqual(['POST', '/a?b=c', 'yes', 'héllo']);
  });

  it('connects to the address that it checked, under the name that was asked for', async () => {
    let asked = 0;
    const port = await start((request, response) => response.end(request.headers.host));
    // A name that changes its mind after the first answer.
    const resolve = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '10.255.255.1', family: 4 }];
    const fetch = open({ resolve });
    expect(await (await fetch(`http://rebinding.example:${port}/`)).text()).toBe(`rebinding.example:${port}`);
    expect(asked).toBe(1);
    expect(await codeOf(fetch(`http://rebinding.example:${port}/`))).toContain('resolves to 10.255.255.1');
  });

  it('refuses a host of which one address is not allowed', async () => {
    const resolve = async () => ['127.0.0.1', '10.0.0.1'].map((address) => ({ address, family: 4 }));
    expect(await codeOf(open({ resolve })('http://two.example/'))).toContain('resolves to 10.0.0.1');
  });

  it('reaches exactly the origin that was configured', async () => {
    const other = await start((_request, response) => response.end('other'));
    const port = await start((request, response) => {
      if (request.url === '/away') response.writeHead(302, { location: `http://127.0.0.1:${other}/` }).end();
      else response.end('configured');
    });
    const fetch = createOutbound({ allow: [], configured: [`http://127.0.0.1:${port}/v1`] });
    expect(await (await fetch(`http://127.0.0.1:${port}/x`)).text()).toBe('configured');
    expect(await codeOf(fetch(`http://127.0.0.1:${other}/`))).toContain('outbound-refused');
    expect(await codeOf(fetch(`http://127.0.0.1:${port}/away`))).toContain('outbound-refused');
  });

  it('checks redirects, keeps secrets at their origin and counts', async () => {
    const seen: unknown[] = [];
    const other = await start((request, response) => {
      seen.push([request.method, request.headers.authorization, request.headers['x-kept']]);
      response.end('there');
    });
    const port = await start((request, response) => {
      const to = { '/other': `http://127.0.0.1:${other}/`, '/inner': 'http://10.0.0.1/', '/loop': '/loop' };
      const location = to[request.url as keyof typeof to] ?? 'http://[';
      response.writeHead(request.url === '/loop' ? 307 : 302, { location }).end('moved');
    });
    const headers = { authorization: 'Bearer secret', 'x-kept': 'yes' };
    const url = (path: string) => `http://127.0.0.1:${port}${path}`;
    expect(await (await open()(url('/other'), { method: 'POST', body: 'x', headers })).text()).toBe('there');
    expect(seen).toEqual([['GET', undefined, 'yes']]);
    expect(await codeOf(open()(url('/inner')))).toContain('10.0.0.1 may not be called');
    expect(await codeOf(open()(url('/loop'), { method: 'POST', body: 'x' }))).toContain('redirects more than 5 times');
    expect(await codeOf(open()(url('/broken')))).toContain('redirects to what is no URL');
    expect((await open()(url('/inner'), { redirect: 'manual' })).status).toBe(302);
    expect(await codeOf(open()(url('/inner'), { redirect: 'error' }))).toMatch(/^TypeError/);
  });

  it('ends answers that are too large, packed or not, and those that are too slow', async () => {
    const port = await start((request, response) => {
      if (request.url === '/packed') {
        response.setHeader('content-encoding', 'gzip');
        response.end(gzipSync(Buffer.alloc(5_000_000)));
      } else if (request.url === '/small') {
        response.setHeader('content-encoding', 'gzip');
        response.end(gzipSync('small'));
      } else if (request.url === '/large') response.end(Buffer.alloc(2_000_000));
      else if (request.url === '/endless') response.write('first');
    });
    const fetch = open({ limits: { bytes: 1_000_000, headersMs: 300, idleMs: 300 } });
    const read = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    expect(await read('/small')).toBe('small');
    expect(await codeOf(read('/large'))).toMatch(/^outbound-limit: .*more than 1000000 bytes/);
    expect(await codeOf(read('/packed'))).toMatch(/^outbound-limit: .*more than 1000000 bytes/);
    expect(await codeOf(read('/silent'))).toMatch(/^outbound-limit: .*gave nothing for 0.3 seconds/);
    expect(await codeOf(read('/endless'))).toMatch(/^outbound-limit: .*gave nothing for 0.3 seconds/);
    const drip = open({ limits: { totalMs: 300 } });
    expect(await codeOf(drip(`http://127.0.0.1:${port}/endless`).then((got) => got.text()))).toMatch(/^outbound-limit/);
  });

  it('ends with the signal, and fails like fetch where nobody answers', async () => {
    const port = await start((request, response) => {
      if (request.url === '/endless') response.write('first');
    });
    const ended = new AbortController();
    const pending = codeOf(open()(`http://127.0.0.1:${port}/silent`, { signal: ended.signal }));
    const reading = open()(`http://127.0.0.1:${port}/endless`, { signal: ended.signal }).then((got) => got.text());
    const read = codeOf(reading);
    setTimeout(() => ended.abort(new Error('enough')), 100);
    expect([await pending, await read]).toEqual(['Error: enough', 'Error: enough']);
    expect(await codeOf(open()('http://127.0.0.1:1/'))).toBe('TypeError: fetch failed');
  });
});
