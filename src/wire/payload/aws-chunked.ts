import { createHash, type Hash } from 'node:crypto';
import { WireFailure } from '../failure.ts';
import { ChecksumVerifier } from './checksums.ts';
import type { PayloadDecoder, VerifiedChecksums } from './decoder.ts';

/** Checks the signature of each chunk, and of the trailer, against the one before it. */
export interface ChunkSignatures {
  chunk(sha256: string, signature: string): void;
  trailer(sha256: string, signature: string): void;
}

interface AwsChunkedPayload {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Undefined when the chunks are unsigned. */
  readonly signatures: ChunkSignatures | undefined;
  /** Whether a signed trailer must follow. */
  readonly signedTrailer: boolean;
}

const MAX_LINE = 8192;
const MAX_TRAILERS = 16;
const EMPTY = Buffer.alloc(0);
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

/**
 * The aws-chunked content coding of S3 uploads: `<hex size>[;chunk-signature=<hex>]CRLF<bytes>CRLF …`, a chunk of size 0, then
 * trailers. A chunk is verified when its last byte has come, so memory never holds a whole one.
 *
 * Source: "Signature calculations for the Authorization header: transferring payload in multiple chunks" and "… including
 * trailing headers" of the Amazon S3 API reference.
 */
export class AwsChunkedDecoder implements PayloadDecoder {
  readonly length: number | undefined;
  readonly #checksums: ChecksumVerifier;
  readonly #signatures: ChunkSignatures | undefined;
  readonly #signedTrailer: boolean;
  #step: 'header' | 'data' | 'data-end' | 'trailer' | 'done' = 'header';
  #line: Buffer = EMPTY;
  #left = 0;
  #decoded = 0;
  #signature = '';
  #hash: Hash | undefined;
  #trailerText = '';
  #trailers = 0;
  #trailerSigned = false;

  constructor({ headers, signatures, signedTrailer }: AwsChunkedPayload) {
    this.#checksums = new ChecksumVerifier(headers);
    this.#signatures = signatures;
    this.#signedTrailer = signedTrailer;
    this.length = declaredLength(headers['x-amz-decoded-content-length']);
  }

  get checksums(): VerifiedChecksums {
    return this.#checksums.verified;
  }

  write(chunk: Buffer): Buffer[] {
    const pieces: Buffer[] = [];
    let rest = chunk;
    while (rest.length > 0 && this.#step !== 'done') {
      rest = this.#step === 'data' ? this.#takeData(rest, pieces) : this.#takeLine(rest);
    }
    return pieces;
  }

  end(): void {
    // The blank line after the last trailer may be missing: some SDKs leave it out.
    if (this.#step === 'trailer') this.#finishTrailers();
    if (this.#step !== 'done') throw incomplete();
    if (this.length !== undefined && this.#decoded !== this.length) throw incomplete();
    this.#checksums.finish();
  }

  #takeData(bytes: Buffer, pieces: Buffer[]): Buffer {
    const piece = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
    this.#left -= piece.length;
    this.#decoded += piece.length;
    if (this.length !== undefined && this.#decoded > this.length) throw incomplete();
    this.#hash?.update(piece);
    this.#checksums.update(piece);
    pieces.push(piece);
    if (this.#left === 0) {
      this.#verifyChunk();
      this.#step = 'data-end';
    }
    return bytes.subarray(piece.length);
  }

  #takeLine(bytes: Buffer): Buffer {
    const end = bytes.indexOf(0x0a);
    const part = end < 0 ? bytes : bytes.subarray(0, end + 1);
    this.#line = this.#line.length === 0 ? part : Buffer.concat([this.#line, part]);
    if (this.#line.length > MAX_LINE) throw malformed(`A line of the chunked body is longer than ${MAX_LINE} bytes.`);
    if (end >= 0) {
      const line = this.#line.toString('latin1');
      this.#line = EMPTY;
      if (!line.endsWith('\r\n')) throw malformed('A line of the chunked body must end with CR LF.');
      this.#endLine(line.slice(0, -2));
    } else if (part === bytes) {
      // The view would keep its whole network buffer alive.
      this.#line = Buffer.from(this.#line);
    }
    return bytes.subarray(part.length);
  }

  #endLine(line: string): void {
    if (this.#step === 'header') this.#startChunk(line);
    else if (this.#step === 'trailer') this.#takeTrailer(line);
    else if (line === '') this.#step = 'header';
    else throw malformed('A chunk is longer than its header says.');
  }

  #startChunk(line: string): void {
    const match = /^([0-9a-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line);
    if (!match?.[1]) throw malformed('A chunk header must be a hexadecimal size and, when signed, a chunk-signature.');
    this.#left = Number.parseInt(match[1], 16);
    this.#signature = match[2] ?? '';
    this.#hash = this.#signatures ? createHash('sha256') : undefined;
    if (this.#left > 0) {
      this.#step = 'data';
      return;
    }
    this.#verifyChunk();
    this.#step = 'trailer';
  }

  #verifyChunk(): void {
    if (this.#signatures && this.#hash) this.#signatures.chunk(this.#hash.digest('hex'), this.#signature);
  }

  #takeTrailer(line: string): void {
    if (line === '') {
      this.#finishTrailers();
      return;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    this.#trailers += 1;
    if (colon < 1 || this.#trailers > MAX_TRAILERS) throw malformedTrailer();
    if (name === TRAILER_SIGNATURE) this.#verifyTrailer(value);
    else {
      this.#checksums.trailer(name, value);
      this.#trailerText += `${name}:${value}\n`;
    }
  }

  #verifyTrailer(signature: string): void {
    this.#signatures?.trailer(createHash('sha256').update(this.#trailerText).digest('hex'), signature);
    this.#trailerSigned = true;
  }

  #finishTrailers(): void {
    if (this.#signedTrailer && !this.#trailerSigned) throw malformedTrailer();
    this.#step = 'done';
  }
}

function declaredLength(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (!/^\d{1,15}$/.test(header)) {
    throw new WireFailure('request-invalid', 'x-amz-decoded-content-length must be a number of bytes.');
  }
  return Number(header);
}

function incomplete(): WireFailure {
  return new WireFailure(
    'body-incomplete',
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  );
}

function malformed(message: string): WireFailure {
  return new WireFailure('request-invalid', message);
}

function malformedTrailer(): WireFailure {
  return new WireFailure(
    'trailer-malformed',
    'The trailer is malformed, unsigned or has more than 16 lines. Allowed: name:value lines, then x-amz-trailer-signature.',
  );
}
