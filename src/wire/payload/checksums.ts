import { type Checksum, type ChecksumAlgorithm, createChecksum, isChecksumAlgorithm } from '../../core/checksums.ts';
import { WireFailure } from '../failure.ts';
import type { VerifiedChecksums } from './decoder.ts';

/** The algorithms that clients may announce, and how many bytes each gives. */
const DIGEST_BYTES: Readonly<Partial<Record<ChecksumAlgorithm, number>>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

const HEADER = 'x-amz-checksum-';
// Headers of the same prefix that carry no value to verify.
const SETTINGS = new Set(['algorithm', 'mode', 'type']);

/** The algorithm that a header or trailer names; undefined when it is no checksum. */
export function checksumAlgorithm(header: string): ChecksumAlgorithm | undefined {
  if (!header.startsWith(HEADER)) return undefined;
  const name = header.slice(HEADER.length).toUpperCase();
  return isChecksumAlgorithm(name) && DIGEST_BYTES[name] !== undefined ? name : undefined;
}

/** Computes the checksums that a client announced, over the decoded bytes, and compares them with what it sent. */
export class ChecksumVerifier {
  readonly #running = new Map<ChecksumAlgorithm, Checksum>();
  readonly #sent = new Map<ChecksumAlgorithm, string>();
  readonly #md5: { readonly hash: Checksum; readonly sent: string } | undefined;
  #verified: VerifiedChecksums = {};

  constructor(headers: Readonly<Record<string, string | undefined>>) {
    for (const name in headers) if (name.startsWith(HEADER)) this.#expectHeader(name, headers[name] ?? '');
    for (const name of (headers['x-amz-trailer'] ?? '').split(',')) this.#announce(name.trim().toLowerCase());
    const md5 = headers['content-md5'];
    if (md5 !== undefined) this.#md5 = { hash: createChecksum('MD5'), sent: wellFormed('content-md5', md5, 16) };
  }

  get verified(): VerifiedChecksums {
    return this.#verified;
  }

  update(data: Uint8Array): void {
    this.#md5?.hash.update(data);
    for (const running of this.#running.values()) running.update(data);
  }

  /** Takes the value of a trailer, which must have been announced in `x-amz-trailer`. */
  trailer(name: string, value: string): void {
    const algorithm = checksumAlgorithm(name);
    if (!algorithm) return;
    if (!this.#running.has(algorithm)) {
      throw new WireFailure('trailer-malformed', `The trailer ${name} was not announced in x-amz-trailer.`);
    }
    this.#sent.set(algorithm, wellFormed(name, value, DIGEST_BYTES[algorithm]));
  }

  finish(): void {
    if (this.#md5 && this.#md5.hash.digest().toString('base64') !== this.#md5.sent) throw mismatch('Content-MD5');
    const verified: Partial<Record<ChecksumAlgorithm, string>> = {};
    for (const [algorithm, running] of this.#running) {
      const sent = this.#sent.get(algorithm);
      if (sent === undefined) {
        throw new WireFailure('trailer-malformed', `The announced trailer of the ${algorithm} checksum is missing.`);
      }
      if (running.digest().toString('base64') !== sent) throw mismatch(algorithm);
      verified[algorithm] = sent;
    }
    this.#verified = verified;
  }

  #expectHeader(name: string, value: string): void {
    const algorithm = checksumAlgorithm(name);
    if (!algorithm) {
      if (SETTINGS.has(name.slice(HEADER.length))) return;
      throw new WireFailure('checksum-malformed', `${name} names no checksum algorithm. Allowed: ${allowed()}.`);
    }
    this.#sent.set(algorithm, wellFormed(name, value, DIGEST_BYTES[algorithm]));
    this.#running.set(algorithm, createChecksum(algorithm));
  }

  #announce(name: string): void {
    const algorithm = checksumAlgorithm(name);
    if (algorithm) this.#running.set(algorithm, createChecksum(algorithm));
  }
}

function allowed(): string {
  return Object.keys(DIGEST_BYTES).join(', ');
}

function wellFormed(name: string, value: string, bytes: number | undefined): string {
  const decoded = Buffer.from(value, 'base64');
  if (decoded.length === bytes && decoded.toString('base64') === value) return value;
  if (name === 'content-md5') throw new WireFailure('digest-malformed', 'The Content-MD5 you specified was invalid.');
  throw new WireFailure('checksum-malformed', `Value for ${name} header is invalid.`);
}

function mismatch(name: string): WireFailure {
  return new WireFailure('payload-checksum', `The ${name} you specified did not match the calculated checksum.`);
}
