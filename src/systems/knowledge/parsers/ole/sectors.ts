const MAGIC = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const HEADER_BYTES = 512;
const LISTED_IN_HEADER = 109;
/** Greater numbers mark free sectors, ends of chains and tables. */
const LARGEST_SECTOR = 0xfffffffa;

/** The sectors of a compound file ([MS-CFB] 2.2 to 2.4), chained by its allocation tables. */
export interface Sectors {
  readonly directoryStart: number;
  /** Streams smaller than this, in bytes, are kept in the small ones. */
  readonly smallBelow: number;
  /** The chain from a sector on, at most so many bytes. */
  read(start: number, size?: number): Uint8Array;
  /** The same in small sectors, which are all kept in one stream. */
  readSmall(stream: Uint8Array, start: number, size: number): Uint8Array;
}

export function isCompoundFile(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

/** Undefined for bytes that have no header of a compound file. */
export function createSectors(bytes: Uint8Array): Sectors | undefined {
  if (!isCompoundFile(bytes) || bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shift = view.getUint16(30, true);
  const smallShift = view.getUint16(32, true);
  if (shift < 7 || shift > 16 || smallShift < 4 || smallShift > shift) return undefined;
  const sectorAt = (sector: number): Uint8Array => {
    const start = (sector + 1) * 2 ** shift;
    return bytes.subarray(start, start + 2 ** shift);
  };
  const table = readNumbers(allocationSectors(view, sectorAt).map(sectorAt));
  const read = (start: number, size = Number.POSITIVE_INFINITY): Uint8Array =>
    concatenate(chain(table, start, Math.ceil(Math.min(size, bytes.length) / 2 ** shift)).map(sectorAt), size);
  const smallTable = readNumbers([read(view.getUint32(60, true))]);
  return {
    directoryStart: view.getUint32(48, true),
    smallBelow: view.getUint32(56, true),
    read,
    readSmall(stream, start, size) {
      const width = 2 ** smallShift;
      const numbers = chain(smallTable, start, Math.ceil(Math.min(size, stream.length) / width));
      return concatenate(
        numbers.map((sector) => stream.subarray(sector * width, (sector + 1) * width)),
        size,
      );
    },
  };
}

/** Which sectors hold the allocation table: the first 109 are named in the header, the others in a chain of their own. */
function allocationSectors(view: DataView, sectorAt: (sector: number) => Uint8Array): number[] {
  const listed = Array.from({ length: LISTED_IN_HEADER }, (_, index) => view.getUint32(76 + index * 4, true));
  const seen = new Set<number>();
  let next = view.getUint32(68, true);
  while (next < LARGEST_SECTOR && !seen.has(next)) {
    seen.add(next);
    const numbers = readNumbers([sectorAt(next)]);
    next = numbers[numbers.length - 1] ?? LARGEST_SECTOR;
    for (const number of numbers.subarray(0, -1)) listed.push(number);
  }
  return [...new Set(listed.filter((sector) => sector < LARGEST_SECTOR && sectorAt(sector).length > 0))];
}

function readNumbers(sectors: readonly Uint8Array[]): Uint32Array {
  const bytes = concatenate(sectors);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => view.getUint32(index * 4, true));
}

/** The numbers of a chain, at most so many: a chain that runs in a circle would never end. */
function chain(table: Uint32Array, start: number, most: number): number[] {
  const numbers: number[] = [];
  const seen = new Set<number>();
  for (let next = start; next < LARGEST_SECTOR && numbers.length < most; next = table[next] ?? LARGEST_SECTOR) {
    if (seen.has(next)) break;
    seen.add(next);
    numbers.push(next);
  }
  return numbers;
}

function concatenate(pieces: readonly Uint8Array[], size = Number.POSITIVE_INFINITY): Uint8Array {
  const all = Buffer.concat(pieces);
  return all.subarray(0, Math.min(size, all.length));
}
