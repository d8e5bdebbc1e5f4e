import { connect, type Socket } from 'node:net';

export interface Load {
  readonly url: string;
  readonly method: 'GET' | 'PUT';
  readonly body?: Buffer;
  readonly connections: number;
  readonly seconds: number;
}

/**
 * Requests a second over keep-alive connections, each of which sends its next request when the answer is read. A server that
 * closes connections gets a new one at once. Speaks HTTP by hand, so that the client is not what limits a fast server.
 *
 * @throws Error when any answer is not 200
 */
export async function requestsPerSecond(load: Load): Promise<number> {
  const request = bytesOf(load);
  const { hostname, port } = new URL(load.url);
  const end = performance.now() + load.seconds * 1000;
  const begun = performance.now();
  const counts = await Promise.all(
    Array.from({ length: load.connections }, () => loop({ host: hostname, port: Number(port) }, request, end)),
  );
  return (counts.reduce((sum, count) => sum + count, 0) * 1000) / (performance.now() - begun);
}

function bytesOf({ url, method, body }: Load): Buffer {
  const { host, pathname, search } = new URL(url);
  const length = body ? `content-length: ${body.length}\r\n` : '';
  const head = `${method} ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n${length}\r\n`;
  return body ? Buffer.concat([Buffer.from(head), body]) : Buffer.from(head);
}

/** Sends one request after the other until the time is over; gives how many were answered. */
async function loop(address: { host: string; port: number }, request: Buffer, end: number): Promise<number> {
  let answered = 0;
  while (performance.now() < end) answered += await sendOver(connect(address), request, end);
  return answered;
}

function sendOver(socket: Socket, request: Buffer, end: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let answered = 0;
    let read = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.on('connect', () => socket.write(request));
    socket.on('error', reject);
    socket.on('close', () => resolve(answered));
    socket.on('data', (part) => {
      read = read.length === 0 ? part : Buffer.concat([read, part]);
      const length = answerLength(read);
      if (length === undefined || read.length < length) return;
      if (!read.subarray(0, 12).toString('latin1').endsWith(' 200'))
        return void socket.destroy(new Error(read.subarray(0, 300).toString()));
      const closes = /connection: close/i.test(read.toString('latin1', 0, length));
      read = Buffer.alloc(0);
      answered += 1;
      if (!closes && performance.now() < end) socket.write(request);
      else socket.destroy();
    });
  });
}

/** Of the whole answer, headers and body; undefined while the headers are not complete. */
function answerLength(read: Buffer): number | undefined {
  const headers = read.indexOf('\r\n\r\n');
  if (headers < 0) return undefined;
  const length = /content-length: (\d+)/i.exec(read.toString('latin1', 0, headers))?.[1];
  return headers + 4 + Number(length ?? 0);
}
