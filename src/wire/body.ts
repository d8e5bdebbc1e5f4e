import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { BodyMemory } from './body-memory.ts';
import { WireFailure } from './failure.ts';
import type { PayloadDecoder } from './payload/decoder.ts';
import { UploadStream } from './payload/upload-stream.ts';

const gunzipAsync = promisify(gunzip);
const EMPTY = Buffer.alloc(0);

interface BodyOptions {
  /** The greatest number of bytes that is read into memory. */
  readonly limit: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Tells a client that waits (`Expect: 100-continue`) to send its body. */
  readonly start: (() => void) | undefined;
  readonly empty: boolean;
  readonly memory?: BodyMemory | undefined;
}

/**
 * The body of a request, read once: whole (bounded, verified) or as a stream.
 *
 * What a handler sees of it: an operation whose model has a streaming member (S3 PutObject and UploadPart) receives an
 * {@link UploadStream} as that member (`input.Body`), which is a `Readable` of the decoded bytes: aws-chunked framing is gone.
 * The stream is destroyed with an error, at its end at the latest, when the payload hash, a chunk signature, a checksum, a
 * Content-MD5 or the declared length does not hold, so a handler that awaits `pipeline(input.Body, file)` sees it reject
 * and must keep nothing. Once the stream has ended, `input.Body.checksums` holds every checksum that the client sent, in a
 * header or in a trailer, all of them verified: `{ CRC32: 'NhCmhg==' }`. `input.Body.length` is the decoded length that the
 * client declared, if it did; `input.ContentLength` counts the framing too.
 */
export class RequestBody {
  readonly empty: boolean;
  /** Undoes the framing and verifies hashes; set by the step that checks the signature. */
  decoder: PayloadDecoder | undefined;
  readonly #source: Readable;
  readonly #options: BodyOptions;
  #limit: number;
  #raw: Promise<Buffer> | undefined;
  #held = 0;

  constructor(source: Readable, options: BodyOptions) {
    this.#source = source;
    this.#options = options;
    this.#limit = options.limit;
    this.empty = options.empty;
  }

  /** Lowers the limit of what is read into memory. */
  limitTo(bytes: number): void {
    this.#limit = Math.min(this.#limit, bytes);
  }

  /** Gives back the memory it took from all; the request has been answered. */
  release(): void {
    this.#options.memory?.release(this.#held);
    this.#held = 0;
  }

  /** The bytes on the wire, before any decoding: what a signed payload hash is over. */
  raw(): Promise<Buffer> {
    this.#raw ??= this.empty ? Promise.resolve(EMPTY) : this.#collect();
    return this.#raw;
  }

  /** The bytes after framing and verification. */
  async bytes(): Promise<Buffer> {
    const raw = await this.raw();
    if (!this.decoder) return raw;
    const pieces = this.decoder.write(raw);
    this.decoder.end();
    return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  }

  /** The bytes after framing, verification and decompression. */
  async document(): Promise<Buffer> {
    const bytes = await this.bytes();
    // What it says of its own length; more than that is not unpacked.
    const limit = Math.min(this.#limit, bytes.length < 4 ? 0 : bytes.readUInt32LE(bytes.length - 4));
    if (!/(^|,)\s*gzip\s*(,|$)/.test(this.#options.headers['content-encoding'] ?? '')) return bytes;
    this.#take(limit);
    try {
      return await gunzipAsync(bytes, { maxOutputLength: Math.max(1, limit) });
    } catch (cause) {
      throw new WireFailure(
        'body-malformed',
        `The gzip content cannot be read, or unpacks to more than ${this.#limit} bytes.`,
        {
          cause,
        },
      );
    }
  }

  /** The decoded bytes as a stream; memory holds only what is under way. */
  stream(): UploadStream {
    return new UploadStream(this.#source, this.decoder, this.#options.start);
  }

  #take(bytes: number): void {
    this.#options.memory?.take(bytes);
    this.#held += bytes;
  }

  #collect(): Promise<Buffer> {
    const { headers, start } = this.#options;
    const limit = this.#limit;
    if (Number(headers['content-length']) > limit) return Promise.reject(tooLarge(limit));
    start?.();
    const source = this.#source;
    // Events, not `for await`: half the cost on a small body.
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const onData = (chunk: Buffer): void => {
        size += chunk.length;
        try {
          if (size > limit) throw tooLarge(limit);
          this.#take(chunk.length);
          chunks.push(chunk);
        } catch (error) {
          source.off('data', onData);
          source.pause();
          chunks.length = 0;
          reject(error);
        }
      };
      source.on('data', onData);
      source.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)));
      source.once('error', reject);
      source.once('close', () => {
        // Making an error costs 8 µs: only when it is one.
        if (!source.readableEnded) reject(new WireFailure('body-incomplete', 'The body ended early.'));
      });
    });
  }
}

function tooLarge(limit: number): WireFailure {
  return new WireFailure('too-large', `The request body is larger than the limit of ${limit} bytes.`);
}
