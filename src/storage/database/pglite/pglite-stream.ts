import { Duplex } from 'node:stream';
import type { Worker } from 'node:worker_threads';

// Frontend messages of the protocol (PostgreSQL manual, 54.7): after these the server answers and waits.
const ENDS_A_BATCH = new Set(['Q', 'S', 'H'].map((letter) => letter.charCodeAt(0)));
const TERMINATE = 'X'.charCodeAt(0);

/** What the worker says: that it is ready, and the answer to a batch. */
export type PgliteAnswer = { ready: true } | { bytes: Uint8Array };

/**
 * A connection to PGlite in a worker, as a stream of protocol bytes like a socket to a server: `pg` speaks over it. Batches
 * go over whole, up to the message that asks for an answer, since the worker runs each of them in one call.
 */
export function pgliteStream(worker: Worker): Duplex {
  let pending: Buffer = Buffer.alloc(0);
  let started = false;
  const answered = (answer: PgliteAnswer): void => {
    if ('bytes' in answer) stream.push(answer.bytes);
  };
  const threadEnded = (): void =>
    void stream.destroy(new Error('Connection terminated: the thread of PGlite has ended'));
  const send = (): void => {
    const { complete, rest, terminated } = splitBatch(pending, started);
    pending = rest;
    if (complete.length > 0) {
      started = true;
      worker.postMessage(new Uint8Array(complete));
    }
    if (terminated) stream.push(null);
  };
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      pending = Buffer.concat([pending, chunk]);
      send();
      done();
    },
    destroy(error, done) {
      worker.off('message', answered);
      worker.off('exit', threadEnded);
      done(error);
    },
  });
  worker.on('message', answered);
  worker.on('exit', threadEnded);
  if (worker.threadId < 0) threadEnded();
  // What `pg` expects of a socket beside a stream.
  return Object.assign(stream, {
    connect: () => void queueMicrotask(() => stream.emit('connect')),
    setNoDelay: () => stream,
    setKeepAlive: () => stream,
    ref: () => stream,
    unref: () => stream,
  });
}

/** Cuts off the whole messages up to the last one that ends a batch. The first message of all, the startup, has no type. */
function splitBatch(bytes: Buffer, started: boolean): { complete: Buffer; rest: Buffer; terminated: boolean } {
  let end = 0;
  let terminated = false;
  let position = 0;
  while (position + 5 <= bytes.length) {
    const isStartup = !started && position === 0;
    const next = position + (isStartup ? bytes.readUInt32BE(position) : 1 + bytes.readUInt32BE(position + 1));
    if (next > bytes.length) break;
    const type = bytes[position] ?? 0;
    if (!isStartup && type === TERMINATE) {
      terminated = true;
      break;
    }
    position = next;
    if (isStartup || ENDS_A_BATCH.has(type)) end = position;
  }
  return { complete: bytes.subarray(0, end), rest: bytes.subarray(end), terminated };
}
