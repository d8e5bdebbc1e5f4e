import { describe, expect, it } from 'vitest';
import { createCrc32, createCrc32c, createCrc64Nvme } from './crc.ts';

const CHECK = Buffer.from('123456789');

describe('cyclic redundancy checks', () => {
  // The check values of the catalogue of parametrised CRC algorithms.
  it.each([
    ['CRC-32', createCrc32, 'cbf43926'],
    ['CRC-32C', createCrc32c, 'e3069283'],
    ['CRC-64/NVME', createCrc64Nvme, 'ae8b14860a799888'],
  ])('%s has its published check value', (_name, create, value) => {
    const crc = create();
    crc.update(CHECK);
    expect(crc.digest().toString('hex')).toBe(value);
  });

  it.each([createCrc32, createCrc32c, createCrc64Nvme])('does not depend on how the bytes come', (create) => {
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 31) % 256));
    const whole = create();
    whole.update(bytes);
    const pieces = create();
    for (let at = 0; at < bytes.length; at += 13) pieces.update(bytes.subarray(at, at + 13));
    expect(pieces.digest()).toEqual(whole.digest());
  });
});
