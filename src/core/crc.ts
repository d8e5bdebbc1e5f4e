/**
 * Cyclic redundancy checks that Node lacks, eight bytes at a time ("slicing by 8", Kounavis and Berry 2005), and the arithmetic
 * that joins the checks of two pieces into the check of the whole (as in zlib's crc32_combine).
 */

/** The generator polynomials, bit-reversed, and their widths in bits. */
export const POLYNOMIALS = {
  CRC32: { width: 32n, polynomial: 0xedb88320n },
  CRC32C: { width: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
} as const;

const SLICES = 8;

/** Tables of one polynomial, low and high halves apart: entry `slice * 256 + byte`. */
interface Tables {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

const built = new Map<bigint, Tables>();

function tablesOf(polynomial: bigint): Tables {
  const known = built.get(polynomial);
  if (known) return known;
  const low = new Uint32Array(SLICES * 256);
  const high = new Uint32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = BigInt(byte);
    for (let slice = 0; slice < SLICES; slice += 1) {
      for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
      low[slice * 256 + byte] = Number(value & 0xffffffffn);
      high[slice * 256 + byte] = Number(value >> 32n);
    }
  }
  const tables = { low, high };
  built.set(polynomial, tables);
  return tables;
}

/** The state of a running check: two 32-bit halves, already inverted. A 32-bit check leaves `high` at 0. */
export interface CrcState {
  low: number;
  high: number;
}

/** Takes `bytes` into `state`. A table look-up past the end gives 0 here only for the type checker: indexes are bytes. */
export function updateCrc(polynomial: bigint, state: CrcState, bytes: Uint8Array): void {
  const { low, high } = tablesOf(polynomial);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.byteLength - (bytes.byteLength % SLICES);
  let a = state.low;
  let b = state.high;
  for (let at = 0; at < whole; at += SLICES) {
    a ^= view.getUint32(at, true);
    b ^= view.getUint32(at + 4, true);
    const i7 = 1792 + (a & 255);
    const i6 = 1536 + ((a >>> 8) & 255);
    const i5 = 1280 + ((a >>> 16) & 255);
    const i4 = 1024 + (a >>> 24);
    const i3 = 768 + (b & 255);
    const i2 = 512 + ((b >>> 8) & 255);
    const i1 = 256 + ((b >>> 16) & 255);
    const i0 = b >>> 24;
    // biome-ignore format: one line for each half keeps the eight slices in sight
    a = (low[i7] ?? 0) ^ (low[i6] ?? 0) ^ (low[i5] ?? 0) ^ (low[i4] ?? 0) ^ (low[i3] ?? 0) ^ (low[i2] ?? 0) ^ (low[i1] ?? 0) ^ (low[i0] ?? 0);
    // biome-ignore format: as above
    b = (high[i7] ?? 0) ^ (high[i6] ?? 0) ^ (high[i5] ?? 0) ^ (high[i4] ?? 0) ^ (high[i3] ?? 0) ^ (high[i2] ?? 0) ^ (high[i1] ?? 0) ^ (high[i0] ?? 0);
  }
  for (let at = whole; at < bytes.byteLength; at += 1) {
    const index = (a ^ (bytes[at] ?? 0)) & 255;
    a = ((a >>> 8) | (b << 24)) ^ (low[index] ?? 0);
    b = (b >>> 8) ^ (high[index] ?? 0);
  }
  state.low = a >>> 0;
  state.high = b >>> 0;
}

/** Polynomial product modulo the generator; bit-reversed, so x^0 is the highest bit. */
function multiply(left: bigint, right: bigint, width: bigint, polynomial: bigint): bigint {
  let product = 0n;
  let factor = right;
  for (let bit = 1n << (width - 1n); bit > 0n; bit >>= 1n) {
    if (left & bit) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}

/** x^(8 · size) modulo the generator: what shifting a check over `size` bytes multiplies it by. */
function shiftOver(size: number, width: bigint, polynomial: bigint): bigint {
  let power = 1n << (width - 1n);
  let square = 1n << (width - 9n);
  for (let rest = BigInt(size); rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = multiply(power, square, width, polynomial);
    square = multiply(square, square, width, polynomial);
  }
  return power;
}

/**
 * The check of a whole from the checks of its pieces, in order, without reading a byte again.
 * Pieces are mostly of one size, so the costly power is kept for each size.
 */
export function combineCrcs(
  { width, polynomial }: { width: bigint; polynomial: bigint },
  pieces: readonly { readonly crc: bigint; readonly size: number }[],
): bigint {
  const shifts = new Map<number, bigint>();
  let whole = 0n;
  for (const { crc, size } of pieces) {
    const shift = shifts.get(size) ?? shiftOver(size, width, polynomial);
    shifts.set(size, shift);
    whole = multiply(whole, shift, width, polynomial) ^ crc;
  }
  return whole;
}
