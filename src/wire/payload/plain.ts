import { createHash } from 'node:crypto';
import { WireFailure } from '../failure.ts';
import { ChecksumVerifier } from './checksums.ts';
import type { PayloadDecoder } from './decoder.ts';

interface PlainPayload {
  /** The SHA-256 that was signed, in hexadecimal; undefined for an unsigned payload. */
  readonly sha256: string | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** A body without framing: verifies its signed hash, its checksum headers, its Content-MD5 and its length. */
export function createPlainDecoder({ sha256, headers }: PlainPayload): PayloadDecoder {
  const hash = sha256 === undefined ? undefined : createHash('sha256');
  const checksums = new ChecksumVerifier(headers);
  const length = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  return {
    length,
    get checksums() {
      return checksums.verified;
    },
    write(chunk) {
      hash?.update(chunk);
      checksums.update(chunk);
      return [chunk];
    },
    end() {
      if (hash && hash.digest('hex') !== sha256) {
        throw new WireFailure(
          'payload-hash',
          "The provided 'x-amz-content-sha256' header does not match what was computed.",
        );
      }
      checksums.finish();
    },
  };
}
