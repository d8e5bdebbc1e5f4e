import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  combineChecksums,
  createChecksum,
  isChecksumAlgorithm,
  isLinear,
} from './checksums.ts';

function checksumOf(algorithm: ChecksumAlgorithm, ...chunks: Uint8Array[]): Buffer {
  const checksum = createChecksum(algorithm);
  for (const chunk of chunks) checksum.update(chunk);
  return checksum.digest();
}

// The check values of the catalogue of parametrised CRC algorithms (CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME).
const CHECK = Buffer.from('123456789');

describe('checksums', () => {
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA256', createHash('sha256').update(CHECK).digest('hex')],
  ] as const)('%s of the check text', (algorithm, hex) => {
    expect(checksumOf(algorithm, CHECK).toString('hex')).toBe(hex);
  });

  it('does not depend on how the bytes are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
        for (const algorithm of CHECKSUM_ALGORITHMS) {
          const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
          expect(checksumOf(algorithm, ...pieces)).toEqual(checksumOf(algorithm, bytes));
        }
      }),
    );
  });

  it('joins the checksums of parts into that of the whole', () => {
    const parts = [randomBytes(70_001), randomBytes(70_001), Buffer.alloc(0), randomBytes(3)];
    for (const algorithm of CHECKSUM_ALGORITHMS.filter(isLinear)) {
      const sums = parts.map((part) => ({ checksum: checksumOf(algorithm, part), size: part.length }));
      expect(combineChecksums(algorithm, sums)).toEqual(checksumOf(algorithm, ...parts));
    }
  });

  it('knows the names it computes', () => {
    expect(isChecksumAlgorithm('CRC32C')).toBe(true);
    expect(isChecksumAlgorithm('XXHASH3')).toBe(false);
    expect(isChecksumAlgorithm('toString')).toBe(false);
  });
});
