import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { LoamError } from '../../core/errors.ts';
import type { ByteRange } from './contract.ts';
import { isMissing, type RemoteCall } from './remote-call.ts';

interface Remote {
  readonly client: S3Client;
  readonly call: RemoteCall;
}

interface Target {
  readonly Bucket: string;
  readonly Key: string;
}

interface ReadOptions {
  readonly range?: ByteRange | undefined;
  readonly sha256?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer whose body has not been read. */
interface Opened {
  readonly body: Readable;
  /** Of the whole object. */
  readonly size: number;
}

const IDLE_MS = 30_000;
// Without a byte in between: a server that gives some each time is slow, not away.
const MOST_TRIES = 4;
const FIRST_WAIT_MS = 200;

/** Opens an object for reading. @returns undefined when there is none */
export async function readRemote(remote: Remote, target: Target, options: ReadOptions): Promise<Readable | undefined> {
  const { range, signal } = options;
  if (range && range.end < range.start) return Readable.from([], { objectMode: false });
  const first = await open(remote, target, range ? `bytes=${range.start}-${range.end}` : undefined, signal);
  if (!first) return undefined;
  const end = range ? Math.min(range.end, first.size - 1) : first.size - 1;
  const reading = { current: first.body };
  const span = { start: range?.start ?? 0, end, size: first.size };
  const stream = Readable.from(follow(remote, target, reading, span, options), { objectMode: false });
  // The generator may be waiting for bytes that nobody wants any more.
  stream.once('close', () => reading.current.destroy());
  const stop = (): void => void stream.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', stop, { once: true });
  stream.once('close', () => signal?.removeEventListener('abort', stop));
  return stream;
}

async function* follow(
  remote: Remote,
  target: Target,
  reading: { current: Readable },
  { start, end, size }: ByteRange & { size: number },
  { sha256, signal }: ReadOptions,
): AsyncGenerator<Uint8Array> {
  const hash = sha256 !== undefined && start === 0 && end === size - 1 ? createHash('sha256') : undefined;
  let position = start;
  for (let tries = 1; position <= end; tries += 1) {
    try {
      for await (const chunk of withinIdleTime(reading.current)) {
        tries = 1;
        position += chunk.length;
        hash?.update(chunk);
        yield chunk;
      }
      if (position <= end) throw new Error('The body ended early.');
    } catch (error) {
      signal?.throwIfAborted();
      if (tries >= MOST_TRIES) return await remote.call(() => Promise.reject(error));
      await delay(FIRST_WAIT_MS * 2 ** tries, undefined, { ref: false });
      const again = await open(remote, target, `bytes=${position}-${end}`, signal);
      if (!again) throw new LoamError('bytes-missing', { id: idOf(target) });
      reading.current = again.body;
    }
  }
  if (hash && hash.digest('hex') !== sha256) throw new LoamError('bytes-missing', { id: idOf(target) });
}

function idOf({ Key }: Target): string {
  return Key.slice(Key.lastIndexOf('/') + 1);
}

async function open(
  { client, call }: Remote,
  target: Target,
  range: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Opened | undefined> {
  try {
    const answer = await call(
      () =>
        client.send(new GetObjectCommand({ ...target, ...(range && { Range: range }) }), {
          ...(signal && { abortSignal: signal }),
        }),
      signal,
    );
    const whole = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1];
    return { body: answer.Body as Readable, size: Number(whole ?? answer.ContentLength ?? 0) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The chunks of a body; it fails when none comes for a while. A reader that takes its time does not count. */
async function* withinIdleTime(body: Readable): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const idle = setTimeout(() => body.destroy(new Error('The server gave nothing for 30 seconds.')), IDLE_MS);
      idle.unref();
      const { done, value } = await chunks.next().finally(() => clearTimeout(idle));
      if (done) return;
      yield value;
    }
  } finally {
    body.destroy();
  }
}
