import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Reply } from './protocols/protocol.ts';
import type { HttpRequest, HttpResponse } from './request.ts';
import { expectsContinue } from './request.ts';

// A refused upload is read on for a while: closing at once could reset the connection before the answer is read.
const LINGER_BYTES = 128 * 1024 * 1024;
const LINGER_MS = 10_000;
const SINGLE_WRITE_BYTES = 16 * 1024;

/** Sends a reply; rejects when its body fails or the client goes away. */
export async function sendReply(request: HttpRequest, response: HttpResponse, reply: Reply): Promise<void> {
  const { status, headers, body } = reply;
  const bodyless = request.method === 'HEAD' || status === 204 || status === 304;
  const http1 = request.httpVersionMajor === 1;
  // A client that waits for "100 Continue" has sent no body, and may send none: the connection cannot be used again.
  if (http1 && !request.complete && expectsContinue(request.headers as Record<string, string>))
    headers.connection = 'close';
  if (bodyless) {
    response.writeHead(status, sendable(headers));
    response.end();
    discardBody(reply);
  } else if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    headers['content-length'] = String(body === undefined ? 0 : Buffer.byteLength(body));
    response.writeHead(status, sendable(headers));
    endWith(response as NodeJS.WritableStream, body ?? '');
  } else {
    response.writeHead(status, sendable(headers));
    if ('flushHeaders' in response) response.flushHeaders();
    await pipeline(
      body instanceof Readable ? body : Readable.from(body, { objectMode: false }),
      response as NodeJS.WritableStream,
    );
  }
  if (!request.complete) linger(request);
}

// Node puts a string into one write with the headers, and bytes into a second one: for small answers that costs 15 %.
function endWith(response: NodeJS.WritableStream, body: string | Uint8Array): void {
  if (typeof body === 'string') response.end(body);
  else if (body.length > SINGLE_WRITE_BYTES) response.end(body);
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'), 'latin1');
}

/** Lets go of a body that will not be sent. */
export function discardBody({ body }: Reply): void {
  if (body instanceof Readable) body.destroy();
}

// Header values travel as Latin-1: other text goes as the bytes of its UTF-8, control characters not at all.
function sendable(headers: Record<string, string>): Record<string, string> {
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (/^[\t\x20-\x7e\xa0-\xff]*$/.test(value)) continue;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a header must not hold
    headers[name] = Buffer.from(value.replace(/[\x00-\x1f\x7f]/g, ' '), 'utf8').toString('latin1');
  }
  return headers;
}

function linger(request: HttpRequest): void {
  let left = LINGER_BYTES;
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  timer.unref();
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
  request.resume();
}
