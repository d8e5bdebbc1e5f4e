import { Readable } from 'node:stream';
import { WireFailure } from '../failure.ts';
import type { PayloadDecoder, VerifiedChecksums } from './decoder.ts';

/** The decoded body of an upload; see `RequestBody` for what a handler may rely on. */
export class UploadStream extends Readable {
  /** The decoded length that the client declared (`x-amz-decoded-content-length` or `content-length`), if it did. */
  readonly length: number | undefined;
  readonly #source: Readable;
  readonly #decoder: PayloadDecoder | undefined;
  readonly #start: (() => void) | undefined;
  #started = false;

  constructor(source: Readable, decoder: PayloadDecoder | undefined, start: (() => void) | undefined) {
    super();
    this.#source = source;
    this.#decoder = decoder;
    this.#start = start;
    this.length = decoder?.length;
  }

  /** Whether it is the file of a browser's form. */
  get ofForm(): boolean {
    return this.#decoder?.ofForm ?? false;
  }

  /** The checksums that the client sent; complete and verified once the stream has ended. */
  get checksums(): VerifiedChecksums {
    return this.#decoder?.checksums ?? {};
  }

  override _read(): void {
    if (this.#started) {
      this.#source.resume();
      return;
    }
    this.#started = true;
    this.#start?.();
    this.#source.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#source.once('end', () => this.#finish());
    this.#source.once('error', (cause) => this.destroy(cause));
    this.#source.once('close', () => this.#closed());
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#source.pause();
    callback(error);
  }

  #take(chunk: Buffer): void {
    if (this.destroyed) return;
    try {
      const pieces = this.#decoder ? this.#decoder.write(chunk) : [chunk];
      let room = true;
      for (const piece of pieces) room = this.push(piece);
      if (!room) this.#source.pause();
    } catch (cause) {
      this.destroy(asError(cause));
    }
  }

  #finish(): void {
    if (this.destroyed) return;
    try {
      this.#decoder?.end();
      this.push(null);
    } catch (cause) {
      this.destroy(asError(cause));
    }
  }

  #closed(): void {
    if (!this.#source.readableEnded) this.destroy(new WireFailure('body-incomplete', 'The body ended early.'));
  }
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error('The body cannot be read.', { cause });
}
