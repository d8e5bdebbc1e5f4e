import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { LoamError } from '../core/errors.ts';
import type { HttpRequest, HttpResponse } from '../wire/request.ts';
import type { ListenerLimits } from './limits.ts';
import { sniffProtocol } from './sniff.ts';

export interface ListenerOptions {
  /** Answers one request; it must not reject. */
  handle(request: HttpRequest, response: HttpResponse): Promise<void>;
  readonly limits: ListenerLimits;
}

export interface Listener {
  /**
   * @param port 0 for any free one
   * @returns the port that it listens on
   * @throws LoamError `address-in-use`
   */
  listen(port: number, host: string): Promise<number>;
  /** Takes no more connections, lets requests under way finish for `graceMs`, and ends what is left then. */
  close(graceMs: number): Promise<void>;
}

// How often Node looks for requests whose headers are late.
const CHECK_MS = 5000;
// How often connections that have become idle are closed at shutdown.
const SWEEP_MS = 50;

/**
 * HTTP/1.1 and HTTP/2 without TLS on one port: three of the official clients speak HTTP/2 with prior knowledge by default, the
 * others HTTP/1.1. The first bytes of a connection tell which it is.
 */
export function createListener({ handle, limits }: ListenerOptions): Listener {
  const http1 = createHttp1(handle, limits);
  const http2 = createHttp2(handle, limits);
  const sockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  http2.on('session', (session) => track(sessions, session));
  takeConnections(http1, http2, { sockets, undecided }, limits);
  return {
    listen: (port, host) => listen(http1, port, host),
    close: (graceMs) => close({ http1, sockets, undecided, sessions }, graceMs),
  };
}

function createHttp1(handle: ListenerOptions['handle'], limits: ListenerLimits): Server {
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headerMs,
    // Uploads take as long as bytes keep coming: `idleMs` bounds them.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, limits.headerMs),
  });
  server.maxConnections = limits.connections;
  server.timeout = limits.idleMs;
  const answering = new WeakMap<Socket, ServerResponse>();
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    answering.set(request.socket, response);
    response.once('close', () => answering.delete(request.socket));
    void handle(request, response);
  };
  server.on('request', serve);
  // Node would ask for the body at once; the wire asks when it first reads it.
  server.on('checkContinue', serve);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const response = answering.get(socket);
    // A second answer would be taken for a part of the one that is under way; that one is the last on its connection.
    if (response) response.shouldKeepAlive = false;
    else refuseUnread(error.code, socket, limits);
  });
  return server;
}

/** Answers what is no readable HTTP: nobody can tell yet which protocol it speaks, so the sentence stands alone. */
function refuseUnread(code: string | undefined, socket: Socket, { headerBytes, headerMs }: ListenerLimits): void {
  if (!socket.writable || code === 'ECONNRESET') return void socket.destroy();
  const [status, message] =
    code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', `The headers are longer than the limit of ${headerBytes} bytes.`]
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', `The headers were not complete after ${headerMs / 1000} seconds.`]
        : ['400 Bad Request', 'This is no HTTP/1.1 request that can be read.'];
  const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${message.length}\r\nConnection: close`;
  socket.end(`${head}\r\n\r\n${message}`);
}

function createHttp2(handle: ListenerOptions['handle'], limits: ListenerLimits): Http2Server {
  const server = createHttp2Server({
    maxSendHeaderBlockLength: limits.headerBytes,
    settings: { maxHeaderListSize: limits.headerBytes },
  });
  const serve = (request: HttpRequest, response: HttpResponse): void => void handle(request, response);
  server.on('request', serve);
  server.on('checkContinue', serve);
  server.on('session', (session) => {
    session.setTimeout(limits.idleMs, () => session.destroy());
    session.on('error', () => session.destroy());
  });
  return server;
}

interface Connections {
  readonly sockets: Set<Socket>;
  readonly undecided: Set<Socket>;
}

/** Puts the sniffing of the protocol between the listening socket and the two servers. */
function takeConnections(http1: Server, http2: Http2Server, connections: Connections, limits: ListenerLimits): void {
  const { sockets, undecided } = connections;
  // The HTTP/1.1 server listens itself: only then does Node watch that its headers come in time.
  const serveHttp1 = http1.listeners('connection') as ((socket: Socket) => void)[];
  http1.removeAllListeners('connection');
  http1.on('connection', (socket: Socket) => {
    track(sockets, socket);
    track(undecided, socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    const late = setTimeout(() => socket.destroy(), limits.headerMs);
    socket.once('close', () => clearTimeout(late));
    sniffProtocol(socket, (protocol) => {
      clearTimeout(late);
      undecided.delete(socket);
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
  const closed = new Promise<void>((resolve) => {
    http1.close(() => resolve());
  });
  http1.closeIdleConnections();
  destroyAll(undecided);
  for (const session of sessions) session.close();
  // A connection becomes idle when its last request has been answered.
  const sweep = setInterval(() => http1.closeIdleConnections(), SWEEP_MS);
  const end = setTimeout(() => destroyAll(sockets), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(end);
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
