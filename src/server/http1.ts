import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Certificate } from './certificate.ts';
import type { ListenerLimits } from './limits.ts';
import type { ListenerOptions } from './listener.ts';

// How often Node looks for requests whose headers are late.
const CHECK_MS = 5000;

/** The HTTP/1.1 server, which also does the listening; with a certificate it does TLS for HTTP/2 as well. */
export function createHttp1({ handle, limits, certificate }: ListenerOptions): Server {
  const server = openServer(limits, certificate);
  server.maxConnections = limits.connections;
  server.timeout = limits.idleMs;
  const answering = new WeakMap<Socket, Set<ServerResponse>>();
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    const responses = answering.get(socket) ?? new Set();
    answering.set(socket, responses.add(response));
    response.once('close', () => responses.delete(response));
    // Who sends so many requests ahead of their answers reads none of them.
    if (responses.size > limits.requestsPerConnection) socket.destroy();
    else void handle(request, response);
  };
  server.on('request', serve);
  // Node would ask for the body at once; the wire asks when it first reads it.
  server.on('checkContinue', serve);
  // Any other expectation is not met and not needed: S3 goes on as if it were not there.
  server.on('checkExpectation', serve);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const responses = answering.get(socket);
    // A second answer would be taken for a part of the one that is under way; that one is the last on its connection.
    if (responses?.size) for (const response of responses) response.shouldKeepAlive = false;
    else refuseUnread(error.code, socket, limits);
  });
  return server;
}

function openServer(limits: ListenerLimits, certificate: Certificate | undefined): Server {
  const options: ServerOptions = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headerMs,
    // Uploads take as long as bytes keep coming: `idleMs` bounds them.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, limits.headerMs),
  };
  if (!certificate) return createServer(options);
  const server = createTlsServer({
    ...options,
    ...certificate.options,
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: limits.headerMs,
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  certificate.follow(server);
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
