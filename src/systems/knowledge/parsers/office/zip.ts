import { Inflate } from 'fflate';
import { unreadable } from '../unreadable.ts';
import { listEntries, type ZipEntry } from './zip-directory.ts';

/** Of all that is read from one archive, inflated. Office files of 50 MB stay far below it; bombs do not. */
const MAX_INFLATED_BYTES = 256 * 2 ** 20;
const SLICE_BYTES = 16_384;
const STORED = 0;
const DEFLATED = 8;

export interface ZipArchive {
  /** As written in the archive, with `/` between folders and none in front. Never a path on this machine. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /**
   * The content, piece by piece, so that a bomb is noticed while it inflates; undefined where there is none. What can be
   * inflated of a damaged entry is given, and then it ends.
   *
   * @throws LoamError `document-unreadable` for an encrypted entry, and once the archive has given 256 MB.
   */
  stream(name: string): Iterable<Uint8Array> | undefined;
  /** All of `stream` at once. */
  read(name: string): Uint8Array | undefined;
}

/**
 * A ZIP archive in memory (APPNOTE 6.3.10: stored and deflated entries). Without a readable directory the entries are found
 * by their own headers, so that a truncated file gives what it still holds. Names are compared as OPC does: without case.
 *
 * @throws LoamError `document-unreadable` where no entry is found or there are more than 10,000.
 */
export function openZip(bytes: Uint8Array, maxInflatedBytes = MAX_INFLATED_BYTES): ZipArchive {
  const entries = new Map<string, ZipEntry>();
  for (const entry of listEntries(bytes)) if (!entries.has(keyOf(entry.name))) entries.set(keyOf(entry.name), entry);
  if (entries.size === 0) throw unreadable('damaged');
  let left = maxInflatedBytes;

  function* counted(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
    for (const piece of pieces) {
      left -= piece.length;
      if (left < 0) throw unreadable('inflates-too-large');
      yield piece;
    }
  }
  const stream = (name: string): Iterable<Uint8Array> | undefined => {
    const entry = entries.get(keyOf(name));
    return entry && counted(contentOf(entry));
  };
  return {
    names: [...entries.values()].map(({ name }) => name),
    has: (name) => entries.has(keyOf(name)),
    stream,
    read(name) {
      const pieces = stream(name);
      return pieces && Uint8Array.from(Buffer.concat([...pieces]));
    },
  };
}

function keyOf(name: string): string {
  return name.replace(/^\/+/, '').toLowerCase();
}

function* contentOf({ data, method, isEncrypted }: ZipEntry): Generator<Uint8Array> {
  if (isEncrypted) throw unreadable('encrypted');
  if (method === STORED) yield data;
  else if (method === DEFLATED) yield* inflate(data);
}

function* inflate(data: Uint8Array): Generator<Uint8Array> {
  let inflated: Uint8Array[] = [];
  const inflater = new Inflate((piece) => {
    inflated.push(piece);
  });
  let isSound = true;
  for (let at = 0; at < data.length && isSound; at += SLICE_BYTES) {
    isSound = push(inflater, data.subarray(at, at + SLICE_BYTES));
    yield* inflated;
    inflated = [];
  }
}

/** Whether the stream goes on. No slice is called the last one: a truncated stream would then lose what it still gave. */
function push(inflater: Inflate, slice: Uint8Array): boolean {
  try {
    inflater.push(slice);
    return true;
  } catch (error) {
    // fflate's errors carry a number; it also trips over the tables of damaged streams.
    if (error instanceof Error) return false;
    throw error;
  }
}
