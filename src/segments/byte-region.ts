/** Bytes that are read a piece at a time. What a read gives lasts until the next one. */
export interface ByteRegion {
  readonly length: number;
  /** From `start` to before `end`; its own buffer's alignment is that of `start`. */
  read(start: number, end: number): Uint8Array;
}

/** Where the bytes of a segment can be read again at any place, so that they need not be held in memory: an open file. */
export interface ReadableBytes {
  /** Fills `into` with the bytes from `position`. @throws Error when they are not there */
  readAt(into: Uint8Array, position: number): void;
}

export function memoryRegion(bytes: Uint8Array): ByteRegion {
  return { length: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}

/** The bytes of a file from `from`. Their checksum was compared when the segment was opened; the file never changes. */
export function fileRegion(file: ReadableBytes, from: number, length: number): ByteRegion {
  let room = new Uint8Array(0);
  return {
    length,
    read(start, end) {
      if (room.length < end - start) room = new Uint8Array(2 * (end - start));
      const piece = room.subarray(0, end - start);
      file.readAt(piece, from + start);
      return piece;
    },
  };
}
