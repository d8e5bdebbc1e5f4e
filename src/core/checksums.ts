import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type CrcState, combineCrcs, POLYNOMIALS, updateCrc } from './crc.ts';

/** The checksum algorithms that S3 clients send and Loam computes, by the names the wire gives them. */
export type ChecksumAlgorithm = keyof typeof CHECKSUMS;

/** A running checksum. `digest` is called once; big-endian, as the wire carries it in base64. */
export interface Checksum {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

/** Algorithms whose checksum of a whole follows from those of its parts. */
export type LinearChecksumAlgorithm = keyof typeof POLYNOMIALS;

const CHECKSUMS = {
  CRC32: crc32Checksum,
  CRC32C: () => crcChecksum('CRC32C', 4),
  CRC64NVME: () => crcChecksum('CRC64NVME', 8),
  SHA1: () => hashChecksum('sha1'),
  SHA256: () => hashChecksum('sha256'),
  SHA512: () => hashChecksum('sha512'),
  MD5: () => hashChecksum('md5'),
} as const satisfies Record<string, () => Checksum>;

export const CHECKSUM_ALGORITHMS = Object.keys(CHECKSUMS) as readonly ChecksumAlgorithm[];

export function isChecksumAlgorithm(text: string): text is ChecksumAlgorithm {
  return Object.hasOwn(CHECKSUMS, text);
}

export function isLinear(algorithm: ChecksumAlgorithm): algorithm is LinearChecksumAlgorithm {
  return Object.hasOwn(POLYNOMIALS, algorithm);
}

/** @example const sum = createChecksum('CRC32C'); sum.update(bytes); sum.digest().toString('base64') */
export function createChecksum(algorithm: ChecksumAlgorithm): Checksum {
  return CHECKSUMS[algorithm]();
}

/** The checksum of a whole from those of its parts, in order (S3's FULL_OBJECT type of a multipart upload). */
export function combineChecksums(
  algorithm: LinearChecksumAlgorithm,
  parts: readonly { readonly checksum: Uint8Array; readonly size: number }[],
): Buffer {
  const polynomial = POLYNOMIALS[algorithm];
  const pieces = parts.map(({ checksum, size }) => ({ crc: toBigInt(checksum), size }));
  const hex = combineCrcs(polynomial, pieces).toString(16);
  return Buffer.from(hex.padStart(Number(polynomial.width) / 4, '0'), 'hex');
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

function crc32Checksum(): Checksum {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest() {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(value);
      return digest;
    },
  };
}

function crcChecksum(algorithm: 'CRC32C' | 'CRC64NVME', bytes: 4 | 8): Checksum {
  const { polynomial } = POLYNOMIALS[algorithm];
  const state: CrcState = { low: 0xffffffff, high: bytes === 8 ? 0xffffffff : 0 };
  return {
    update: (chunk) => updateCrc(polynomial, state, chunk),
    digest() {
      const digest = Buffer.alloc(8);
      digest.writeUInt32BE(~state.high >>> 0, 0);
      digest.writeUInt32BE(~state.low >>> 0, 4);
      return digest.subarray(8 - bytes);
    },
  };
}

function hashChecksum(name: string): Checksum {
  const hash = createHash(name);
  return {
    update(bytes) {
      hash.update(bytes);
    },
    digest: () => hash.digest(),
  };
}
