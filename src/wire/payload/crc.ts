import { crc32 as zlibCrc32 } from 'node:zlib';
import { type Crc64Tables, createCrc32Tables, createCrc64Tables } from './crc-tables.ts';

/** A running cyclic redundancy check. */
export interface Crc {
  update(data: Uint8Array): void;
  /** The value so far, big-endian, as S3 writes it in base64. */
  digest(): Buffer;
}

// The Castagnoli polynomial of RFC 3720 section 12.1, bits reversed.
const CRC32C = createCrc32Tables(0x82f63b78);
// The polynomial of the NVM Express specification (0xad93d23594c93659), bits reversed, as high and low half.
const CRC64NVME = createCrc64Tables(0x9a6c9329, 0xac4bc9b5);

/** CRC-32 (ISO-HDLC). */
export function createCrc32(): Crc {
  let value = 0;
  return {
    update(data) {
      value = zlibCrc32(data, value);
    },
    digest: () => bigEndian(value),
  };
}

/** CRC-32C (Castagnoli). */
export function createCrc32c(): Crc {
  let state = ~0;
  return {
    update(data) {
      state = advance32(CRC32C, state, data);
    },
    digest: () => bigEndian(~state),
  };
}

/** CRC-64/NVME, which the newest SDKs and S3 itself use by default. */
export function createCrc64Nvme(): Crc {
  const state = { high: ~0, low: ~0 };
  return {
    update: (data) => advance64(CRC64NVME, state, data),
    digest: () => bigEndian(~state.high, ~state.low),
  };
}

function bigEndian(...words: number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => {
    bytes.writeUInt32BE(word >>> 0, index * 4);
  });
  return bytes;
}

/** Eight bytes a step ("slicing by 8": Kounavis and Berry, 2005); table k holds a byte's effect k bytes later. */
function advance32(tables: Uint32Array, before: number, data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const whole = data.length - (data.length % 8);
  let state = before;
  for (let at = 0; at < whole; at += 8) {
    state = slice(tables, state ^ view.getUint32(at, true), view.getUint32(at + 4, true));
  }
  for (let at = whole; at < data.length; at++) {
    state = (state >>> 8) ^ entry(tables, 0, (state ^ entry(data, 0, at)) & 0xff);
  }
  return state;
}

function advance64(tables: Crc64Tables, state: { high: number; low: number }, data: Uint8Array): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const whole = data.length - (data.length % 8);
  let { high, low } = state;
  for (let at = 0; at < whole; at += 8) {
    const first = low ^ view.getUint32(at, true);
    const second = high ^ view.getUint32(at + 4, true);
    low = slice(tables.low, first, second);
    high = slice(tables.high, first, second);
  }
  for (let at = whole; at < data.length; at++) {
    const index = (low ^ entry(data, 0, at)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ entry(tables.low, 0, index);
    high = (high >>> 8) ^ entry(tables.high, 0, index);
  }
  state.high = high;
  state.low = low;
}

function slice(tables: Uint32Array, first: number, second: number): number {
  return (
    entry(tables, 7, first & 0xff) ^
    entry(tables, 6, (first >>> 8) & 0xff) ^
    entry(tables, 5, (first >>> 16) & 0xff) ^
    entry(tables, 4, first >>> 24) ^
    entry(tables, 3, second & 0xff) ^
    entry(tables, 2, (second >>> 8) & 0xff) ^
    entry(tables, 1, (second >>> 16) & 0xff) ^
    entry(tables, 0, second >>> 24)
  );
}

function entry(tables: Uint32Array | Uint8Array, table: number, index: number): number {
  return tables[table * 256 + index] as number;
}
