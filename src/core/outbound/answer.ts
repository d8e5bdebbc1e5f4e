import type { IncomingMessage } from 'node:http';
import { pipeline, Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { LoamError } from '../errors.ts';
import { type OutgoingRequest, tooSlow } from './send-request.ts';

export interface AnswerLimits {
  /** Bytes of an answer's body, after decompression. */
  readonly bytes: number;
  /** Milliseconds between two pieces of an answer's body. */
  readonly idleMs: number;
}

const WITHOUT_BODY = new Set([101, 204, 205, 304]);
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** An answer as `fetch` gives it; its body ends with an error when it is larger or slower than the limits. */
export function answerOf(message: IncomingMessage, request: OutgoingRequest, limits: AnswerLimits): Response {
  const status = message.statusCode ?? 502;
  const headers = new Headers();
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index] ?? '', message.rawHeaders[index + 1] ?? '');
  }
  const init = { status, statusText: message.statusMessage ?? '', headers };
  if (WITHOUT_BODY.has(status)) {
    message.resume();
    return new Response(null, init);
  }
  const declared = Number(message.headers['content-length']);
  if (declared > limits.bytes) {
    message.destroy();
    throw tooLarge(request.url, limits.bytes);
  }
  return new Response(Readable.toWeb(boundedBody(message, request, limits)) as ReadableStream<Uint8Array>, init);
}

function boundedBody(message: IncomingMessage, { url, signal }: OutgoingRequest, limits: AnswerLimits): Readable {
  let seen = 0;
  const bounded = new Transform({
    transform(piece: Buffer, _encoding, done) {
      seen += piece.length;
      idle.refresh();
      if (seen > limits.bytes) done(tooLarge(url, limits.bytes));
      else done(null, piece);
    },
  });
  const idle = setTimeout(() => {
    // Where pieces wait to be read, the reader is the slow one.
    if (bounded.readableLength > 0) idle.refresh();
    else bounded.destroy(tooSlow(url, limits.idleMs));
  }, limits.idleMs).unref();
  const onAbort = (): void => void bounded.destroy(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  const end = (): void => {
    clearTimeout(idle);
    signal.removeEventListener('abort', onAbort);
  };
  const decode = DECODERS[message.headers['content-encoding']?.toLowerCase() ?? '']?.();
  // Whoever reads `bounded` is told of an error by the stream itself.
  if (decode) pipeline(message, decode, bounded, end);
  else pipeline(message, bounded, end);
  return bounded;
}

function tooLarge(url: URL, bytes: number): LoamError {
  return new LoamError('outbound-limit', { host: url.host, problem: `answered more than ${bytes} bytes` });
}
