import { constants, createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { HttpRequest, HttpResponse } from '../wire/request.ts';
import type { ListenerLimits } from './limits.ts';
import type { ListenerOptions } from './listener.ts';

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_NO_ERROR } = constants;

/** The HTTP/2 server; it is handed connections and does not listen. */
export function createHttp2({ handle, limits }: ListenerOptions): Http2Server {
  const server = createServer({
    maxSendHeaderBlockLength: limits.headerBytes,
    // Megabytes that one connection may hold: header tables, streams, what waits to be sent.
    maxSessionMemory: 16,
    settings: { maxHeaderListSize: limits.headerBytes, maxConcurrentStreams: limits.requestsPerConnection },
  });
  const serve = (request: HttpRequest, response: HttpResponse): void => void handle(request, response);
  server.on('request', serve);
  server.on('checkContinue', serve);
  server.on('session', (session) => {
    session.setTimeout(limits.idleMs, () => session.destroy());
    session.on('error', () => session.destroy());
    limitResets(session, limits);
  });
  return server;
}

/**
 * Closes connections on which streams are opened only to be reset: each costs us a request and the client nothing, and
 * reset ones do not count as concurrent (CVE-2023-44487).
 */
function limitResets(session: ServerHttp2Session, { resetBurst, resetsPerSecond }: ListenerLimits): void {
  let allowance = resetBurst;
  let since = Date.now();
  const countReset = (): void => {
    const now = Date.now();
    allowance = Math.min(resetBurst, allowance + ((now - since) / 1000) * resetsPerSecond) - 1;
    since = now;
    if (allowance < 0 && !session.destroyed) session.destroy(undefined, NGHTTP2_ENHANCE_YOUR_CALM);
  };
  session.on('stream', (stream: ServerHttp2Stream) => {
    // Not `aborted`: it is not told of a stream that was reset in the packet which opened it, and answered then.
    stream.once('close', () => {
      if (stream.rstCode !== NGHTTP2_NO_ERROR) countReset();
    });
  });
}
