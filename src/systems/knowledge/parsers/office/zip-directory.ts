import { unreadable } from '../unreadable.ts';

/** Office files have some hundred parts, the largest presentations some thousand. */
const MAX_ENTRIES = 10_000;
const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_END = 0x06054b50;
const DIRECTORY_END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const LOCAL_HEADER_BYTES = 30;
const DIRECTORY_ENTRY_BYTES = 46;
const ENCRYPTED = 1;
const UTF_8 = 1 << 11;
const SIZE_ELSEWHERE = 0xffffffff;

export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
  /** As stored; longer than the content where the archive does not say its size. */
  readonly data: Uint8Array;
}

interface Header {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly size: number;
  readonly offset: number;
}

/** The files of an archive by its central directory and, where that is missing or broken, by their local headers. */
export function listEntries(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { headers, isWhole } = readDirectory(bytes, view);
  const entries = headers.map((header) => entryOf(bytes, view, header)).filter((entry) => entry !== undefined);
  return isWhole && entries.length > 0 ? entries : [...entries, ...scanHeaders(bytes, view)];
}

function readDirectory(bytes: Uint8Array, view: DataView): { headers: Header[]; isWhole: boolean } {
  const end = findDirectoryEnd(view);
  if (end === undefined) return { headers: [], isWhole: false };
  const count = view.getUint16(end + 10, true);
  if (count > MAX_ENTRIES) throw unreadable('too-many-entries');
  const headers: Header[] = [];
  let at = view.getUint32(end + 16, true);
  while (headers.length < count && isAt(view, at, DIRECTORY_ENTRY, DIRECTORY_ENTRY_BYTES)) {
    const nameLength = view.getUint16(at + 28, true);
    const flags = view.getUint16(at + 8, true);
    headers.push({
      flags,
      method: view.getUint16(at + 10, true),
      size: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
      name: nameIn(bytes.subarray(at + DIRECTORY_ENTRY_BYTES, at + DIRECTORY_ENTRY_BYTES + nameLength), flags),
    });
    at += DIRECTORY_ENTRY_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return { headers, isWhole: headers.length === count };
}

function findDirectoryEnd(view: DataView): number | undefined {
  const last = view.byteLength - DIRECTORY_END_BYTES;
  for (let at = last; at >= 0 && at >= last - MAX_COMMENT_BYTES; at -= 1) {
    if (view.getUint32(at, true) === DIRECTORY_END) return at;
  }
  return undefined;
}

function entryOf(bytes: Uint8Array, view: DataView, header: Header): ZipEntry | undefined {
  if (header.name.endsWith('/') || !isAt(view, header.offset, LOCAL_HEADER, LOCAL_HEADER_BYTES)) return undefined;
  const start = startOfData(view, header.offset);
  const end = header.size === SIZE_ELSEWHERE ? bytes.length : start + header.size;
  return toEntry(header, bytes.subarray(start, end));
}

/** Each header found in the bytes, its data reaching to the next one at most. */
function scanHeaders(bytes: Uint8Array, view: DataView): ZipEntry[] {
  const offsets: number[] = [];
  for (let at = bytes.indexOf(0x50); at >= 0; at = bytes.indexOf(0x50, at + 1)) {
    if (isAt(view, at, LOCAL_HEADER, LOCAL_HEADER_BYTES)) offsets.push(at);
    if (offsets.length > MAX_ENTRIES) throw unreadable('too-many-entries');
  }
  return offsets.map((offset, index) => {
    const flags = view.getUint16(offset + 6, true);
    const nameStart = offset + LOCAL_HEADER_BYTES;
    const name = nameIn(bytes.subarray(nameStart, nameStart + view.getUint16(offset + 26, true)), flags);
    const start = startOfData(view, offset);
    const size = view.getUint32(offset + 18, true);
    const next = offsets[index + 1] ?? bytes.length;
    const end = size > 0 && size < next - start ? start + size : next;
    return toEntry({ name, flags, method: view.getUint16(offset + 8, true) }, bytes.subarray(start, end));
  });
}

function startOfData(view: DataView, offset: number): number {
  return offset + LOCAL_HEADER_BYTES + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
}

function toEntry({ name, method, flags }: Pick<Header, 'name' | 'method' | 'flags'>, data: Uint8Array): ZipEntry {
  return { name, method, isEncrypted: (flags & ENCRYPTED) !== 0, data };
}

function isAt(view: DataView, at: number, signature: number, length: number): boolean {
  return at + length <= view.byteLength && view.getUint32(at, true) === signature;
}

function nameIn(bytes: Uint8Array, flags: number): string {
  const name = new TextDecoder((flags & UTF_8) === 0 ? 'latin1' : 'utf-8').decode(bytes);
  return name.replaceAll('\\', '/');
}
