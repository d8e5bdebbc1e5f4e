import { unreadable } from '../unreadable.ts';
import { createSectors } from './sectors.ts';

const ENTRY_BYTES = 128;
const MAX_ENTRIES = 20_000;
const NO_ENTRY = 0xffffffff;
const STORAGE = 1;
const STREAM = 2;
const ROOT = 5;

interface DirectoryEntry {
  readonly name: string;
  readonly type: number;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly size: number;
}

/** An OLE file: a file system of storages and streams in one file, as Office wrote until 2007 and Outlook still does. */
export interface CompoundFile {
  /** Of all streams, with `/` between storages: `WordDocument`, `__attach_version1.0_#00000000/__substg1.0_37010102`. */
  readonly paths: readonly string[];
  /** The bytes of a stream, as many as the file still has; undefined where there is no such stream. */
  read(path: string): Uint8Array | undefined;
}

/**
 * Opens a compound file ([MS-CFB]). Chains that run in circles end, and what a truncated file lacks is left out.
 *
 * @throws LoamError `document-unreadable` where there is no header or no directory.
 */
export function openCompoundFile(bytes: Uint8Array): CompoundFile {
  const sectors = createSectors(bytes);
  const entries = sectors && readEntries(sectors.read(sectors.directoryStart));
  const root = entries?.find(({ type }) => type === ROOT);
  if (!sectors || !entries || !root) throw unreadable('damaged');
  const streams = new Map<string, DirectoryEntry>();
  for (const [path, entry] of walk(entries, root)) if (!streams.has(path)) streams.set(path, entry);
  let small: Uint8Array | undefined;
  return {
    paths: [...streams.keys()],
    read(path) {
      const entry = streams.get(path);
      if (!entry) return undefined;
      if (entry.size >= sectors.smallBelow) return sectors.read(entry.start, entry.size);
      small ??= sectors.read(root.start, root.size);
      return sectors.readSmall(small, entry.start, entry.size);
    },
  };
}

function readEntries(bytes: Uint8Array): DirectoryEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.min(Math.floor(bytes.length / ENTRY_BYTES), MAX_ENTRIES);
  return Array.from({ length: count }, (_, index) => {
    const at = index * ENTRY_BYTES;
    const nameBytes = Math.min(Math.max(view.getUint16(at + 64, true) - 2, 0), 62);
    return {
      name: new TextDecoder('utf-16le').decode(bytes.subarray(at, at + nameBytes)),
      type: view.getUint8(at + 66),
      left: view.getUint32(at + 68, true),
      right: view.getUint32(at + 72, true),
      child: view.getUint32(at + 76, true),
      start: view.getUint32(at + 116, true),
      size: view.getUint32(at + 120, true),
    };
  });
}

/** Every stream with its path, each entry once: siblings are a tree, and a broken one may lead back to itself. */
function* walk(entries: readonly DirectoryEntry[], root: DirectoryEntry): Generator<[path: string, DirectoryEntry]> {
  const seen = new Set<number>();
  const waiting: Array<readonly [index: number, folder: string]> = [[root.child, '']];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [index, folder] = next;
    const entry = entries[index];
    if (index === NO_ENTRY || !entry || seen.has(index)) continue;
    seen.add(index);
    const path = folder + entry.name;
    if (entry.type === STREAM) yield [path, entry];
    if (entry.type === STORAGE) waiting.push([entry.child, `${path}/`]);
    waiting.push([entry.right, folder], [entry.left, folder]);
  }
}
