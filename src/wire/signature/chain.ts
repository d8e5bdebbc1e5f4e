import { timingSafeEqual } from 'node:crypto';
import { WireFailure } from '../failure.ts';
import type { ChunkSignatures } from '../payload/aws-chunked.ts';
import { sha256Hex } from './canonical.ts';
import { ALGORITHM, formatCompactTime } from './credential.ts';
import { hmac } from './signing-key.ts';

const EMPTY_SHA256 = sha256Hex('');

/** A signed event of an event stream that a client sends. */
export interface SignedEvent {
  readonly time: Date;
  /** The `:date` header in wire form, which is what the signature covers of the headers. */
  readonly headers: Uint8Array;
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}

/** Verifies the pieces of one body: each signature covers the one before it, the first that of the request. */
export interface PieceSignatures extends ChunkSignatures {
  readonly event: (event: SignedEvent) => void;
}

interface Chain {
  readonly key: Buffer;
  /** `20260131/us-east-1/s3/aws4_request` */
  readonly scope: string;
  readonly time: string;
  /** The signature of the request, in hexadecimal. */
  readonly seed: string;
}

export function createPieceSignatures({ key, scope, time, seed }: Chain): PieceSignatures {
  let prior = seed;
  const verify = (text: string, sent: Uint8Array): void => {
    const expected = hmac(key, text);
    if (sent.length !== expected.length || !timingSafeEqual(expected, sent)) {
      throw new WireFailure('signature-mismatch', 'The signature of a piece of the request body does not match.');
    }
    prior = expected.toString('hex');
  };
  const day = scope.slice(0, 8);
  return {
    chunk(sha256, signature) {
      const text = `${ALGORITHM}-PAYLOAD\n${time}\n${scope}\n${prior}\n${EMPTY_SHA256}\n${sha256}`;
      verify(text, Buffer.from(signature, 'hex'));
    },
    trailer(sha256, signature) {
      verify(`${ALGORITHM}-TRAILER\n${time}\n${scope}\n${prior}\n${sha256}`, Buffer.from(signature, 'hex'));
    },
    event({ time: at, headers, body, signature }) {
      const stamp = formatCompactTime(at.getTime());
      const eventScope = scope.replace(day, stamp.slice(0, 8));
      const text = `${ALGORITHM}-PAYLOAD\n${stamp}\n${eventScope}\n${prior}\n${sha256Hex(headers)}\n${sha256Hex(body)}`;
      verify(text, signature);
    },
  };
}
