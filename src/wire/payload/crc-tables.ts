const TABLES = 8;
const BYTES = 256;

export interface Crc64Tables {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** Eight tables of 256 words for a 32-bit CRC with reversed bits. */
export function createCrc32Tables(polynomial: number): Uint32Array {
  const { low } = createCrc64Tables(0, polynomial);
  return low;
}

/** The same for a 64-bit CRC, whose words are split in two halves. */
export function createCrc64Tables(polynomialHigh: number, polynomialLow: number): Crc64Tables {
  const high = new Uint32Array(TABLES * BYTES);
  const low = new Uint32Array(TABLES * BYTES);
  for (let byte = 0; byte < BYTES; byte++) {
    let h = 0;
    let l = byte;
    for (let bit = 0; bit < 8; bit++) {
      const odd = l & 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (odd) {
        l ^= polynomialLow;
        h ^= polynomialHigh;
      }
    }
    high[byte] = h;
    low[byte] = l;
  }
  for (let at = BYTES; at < TABLES * BYTES; at++) {
    const h = high[at - BYTES] as number;
    const l = low[at - BYTES] as number;
    const next = l & 0xff;
    low[at] = ((l >>> 8) | (h << 24)) ^ (low[next] as number);
    high[at] = (h >>> 8) ^ (high[next] as number);
  }
  return { high, low };
}
