import type { Server } from 'node:http';
import { constants, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { LoamError } from '../core/errors.ts';
import type { HttpRequest, HttpResponse } from '../wire/request.ts';
import { countByAddress } from './address-count.ts';
import type { Certificate } from './certificate.ts';
import { createHttp1 } from './http1.ts';
import { createHttp2 } from './http2.ts';
import type { ListenerLimits } from './limits.ts';
import { sniffProtocol } from './sniff.ts';

export interface ListenerOptions {
  /** Answers one request; it must not reject. */
  handle(request: HttpRequest, response: HttpResponse): Promise<void>;
  readonly limits: ListenerLimits;
  /** With it every connection is TLS, and ALPN says the protocol. */
  readonly certificate?: Certificate | undefined;
  /** Addresses that stand for many clients: they may open as many connections as there are. */
  isProxy?(address: string | undefined): boolean;
}

export interface Listener {
  /**
   * @param port 0 for any free one
   * @returns the port that it listens on
   * @throws LoamError `address-in-use`
   */
  listen(port: number, host: string): Promise<number>;
  /** Asks every client to come back over another connection: `connection: close` on HTTP/1.1, GOAWAY on HTTP/2. */
  drain(): void;
  /** Takes no more connections, lets requests under way finish for `graceMs`, and ends what is left then. */
  close(graceMs: number): Promise<void>;
}

// How often connections that have become idle are closed at shutdown.
const SWEEP_MS = 50;
// How long a connection that has said nothing is waited for at shutdown.
const UNDECIDED_MS = 1_000;

/**
 * HTTP/1.1 and HTTP/2 on one port. Without TLS the first bytes of a connection tell which it is (three of the official
 * clients speak HTTP/2 with prior knowledge by default, the others HTTP/1.1); with TLS the handshake does.
 */
export function createListener(options: ListenerOptions): Listener {
  const keepAlive = limitKeepAlive(options);
  const http1 = createHttp1({ ...options, handle: keepAlive.handle });
  const http2 = createHttp2(options);
  const sockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  http2.on('session', (session) => track(sessions, session));
  takeConnections(http1, http2, { sockets, undecided }, options);
  const drain = (): void => {
    keepAlive.end();
    // The last stream that could be: those that are under way to us are answered (RFC 9113, 6.8).
    for (const session of sessions) if (!session.closed) session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM);
  };
  return {
    listen: (port, host) => listen(http1, port, host),
    drain,
    close(graceMs) {
      drain();
      return close({ http1, sockets, undecided, sessions }, graceMs);
    },
  };
}

const LAST_STREAM = 2 ** 31 - 1;

/** Answers as before, until it is ended: from then on every answer is the last one on its connection. */
function limitKeepAlive({ handle }: ListenerOptions): { handle: ListenerOptions['handle']; end(): void } {
  const underWay = new Set<HttpResponse>();
  let ended = false;
  const last = (response: HttpResponse): void => {
    if ('shouldKeepAlive' in response && !response.headersSent) response.shouldKeepAlive = false;
  };
  return {
    handle(request, response) {
      if (ended) last(response);
      underWay.add(response);
      response.once('close', () => underWay.delete(response));
      return handle(request, response);
    },
    end() {
      ended = true;
      for (const response of underWay) last(response);
    },
  };
}

interface Connections {
  readonly sockets: Set<Socket>;
  readonly undecided: Set<Socket>;
}

/** Puts the choice of the protocol between the listening socket and the two servers. */
function takeConnections(http1: Server, http2: Http2Server, connections: Connections, options: ListenerOptions): void {
  const { limits, certificate, isProxy = () => false } = options;
  const addresses = countByAddress(limits.connectionsPerAddress);
  // The HTTP/1.1 server listens itself: only then does Node watch that its headers come in time.
  const ready = certificate ? 'secureConnection' : 'connection';
  const serveHttp1 = http1.listeners(ready) as ((socket: Socket) => void)[];
  http1.removeAllListeners(ready);
  http1.prependListener('connection', (socket: Socket) => {
    track(connections.sockets, socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    if (isProxy(socket.remoteAddress) || addresses.take(socket)) return;
    // TLS has taken hold of the socket by then.
    if (certificate) process.nextTick(() => socket.destroy());
    else socket.destroy();
  });
  http1.on(ready, (socket: Socket | TLSSocket) => {
    if (socket.destroyed) return;
    if (certificate) track(connections.sockets, socket);
    track(connections.undecided, socket);
    socket.on('error', () => socket.destroy());
    const late = setTimeout(() => socket.destroy(), limits.headerMs);
    socket.once('close', () => clearTimeout(late));
    // Sockets here stay half open: one that ends before it has said anything would be kept until it is late.
    const leave = (): void => void socket.destroy();
    socket.once('end', leave);
    chooseProtocol(socket, (protocol) => {
      socket.off('end', leave);
      clearTimeout(late);
      connections.undecided.delete(socket);
      if (protocol === 'http1') {
        for (const serve of serveHttp1) serve.call(http1, socket);
        return;
      }
      // The HTTP/1.1 server lets its sockets stay half open: a client that hung up would go unnoticed.
      socket.allowHalfOpen = false;
      http2.emit('connection', socket);
    });
  });
}

function chooseProtocol(socket: Socket | TLSSocket, decide: (protocol: 'http1' | 'http2') => void): void {
  if ('alpnProtocol' in socket && socket.alpnProtocol) decide(socket.alpnProtocol === 'h2' ? 'http2' : 'http1');
  else sniffProtocol(socket, decide);
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void =>
      reject(error.code === 'EADDRINUSE' ? new LoamError('address-in-use', { host, port }, { cause: error }) : error);
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

interface Open {
  readonly http1: Server;
  readonly sockets: ReadonlySet<Socket>;
  /** Connections that have not sent a byte. */
  readonly undecided: ReadonlySet<Socket>;
  readonly sessions: ReadonlySet<ServerHttp2Session>;
}

async function close({ http1, sockets, undecided, sessions }: Open, graceMs: number): Promise<void> {
  await quietMoment();
  const closed = new Promise<void>((resolve) => {
    http1.close(() => resolve());
  });
  http1.closeIdleConnections();
  // A connection that was just made may be about to say what it wants.
  setTimeout(() => destroyAll(undecided), UNDECIDED_MS).unref();
  for (const session of sessions) session.close();
  // A connection becomes idle when its last request has been answered.
  const sweep = setInterval(() => http1.closeIdleConnections(), SWEEP_MS);
  const end = setTimeout(() => destroyAll(sockets), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(end);
}

const QUIET_MS = 0.2;
const MOST_WAITS = 1_000;

/**
 * Connections that the system has made and nobody has taken yet are reset by the closing. Right after they were taken there
 * are the fewest: that is when a turn of the event loop, which takes them, was over at once.
 */
async function quietMoment(): Promise<void> {
  for (let waits = 0; waits < MOST_WAITS; waits += 1) {
    const before = performance.now();
    await new Promise((resolve) => setImmediate(resolve));
    if (performance.now() - before < QUIET_MS) return;
  }
}

function destroyAll(sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) socket.destroy();
}

function track<Connection extends { once(event: 'close', listener: () => void): unknown }>(
  set: Set<Connection>,
  connection: Connection,
): void {
  set.add(connection);
  connection.once('close', () => set.delete(connection));
}
