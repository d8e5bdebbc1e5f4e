/** One piece of an RTF file (RTF 1.9.1, "Contents of an RTF file"). */
export type RtfToken =
  | { readonly type: 'open' }
  | { readonly type: 'close' }
  /** `\b0`: word `b`, value 0. Symbols are words of one character: `~`, `*`. */
  | { readonly type: 'word'; readonly word: string; readonly value: number | undefined }
  /** Bytes in the code page that is valid here: `\'e9`, or a character of the file itself. */
  | { readonly type: 'byte'; readonly byte: number };

const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const APOSTROPHE = 0x27;
const SPACE = 0x20;
const LONGEST_WORD = 32;
const LONGEST_NUMBER = 10;

/** Reads a file once from front to back; binary data (`\binN`) is passed over. */
export function* tokenize(bytes: Uint8Array): Generator<RtfToken> {
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === OPEN) yield { type: 'open' };
    else if (byte === CLOSE) yield { type: 'close' };
    else if (byte !== BACKSLASH) {
      // Line ends of the file are nobody's.
      if (byte !== 0x0a && byte !== 0x0d && byte !== 0) yield { type: 'byte', byte };
    } else {
      const control = readControl(bytes, at + 1);
      if (control.token) yield control.token;
      at = control.next;
      continue;
    }
    at += 1;
  }
}

function readControl(bytes: Uint8Array, start: number): { token?: RtfToken; next: number } {
  const byte = bytes[start];
  if (byte === undefined) return { next: start };
  if (byte === APOSTROPHE) {
    const value = Number.parseInt(latin(bytes, start + 1, start + 3), 16);
    return Number.isNaN(value) ? { next: start + 1 } : { token: { type: 'byte', byte: value }, next: start + 3 };
  }
  if (!isLetter(byte)) {
    const word = byte === 0x0a || byte === 0x0d ? 'par' : String.fromCharCode(byte);
    return { token: { type: 'word', word, value: undefined }, next: start + 1 };
  }
  return readWord(bytes, start);
}

function readWord(bytes: Uint8Array, start: number): { token: RtfToken; next: number } {
  let end = start;
  while (end - start < LONGEST_WORD && isLetter(bytes[end])) end += 1;
  const word = latin(bytes, start, end);
  let next = end;
  if (bytes[next] === 0x2d) next += 1;
  while (next - end <= LONGEST_NUMBER && isDigit(bytes[next])) next += 1;
  const digits = latin(bytes, end, next);
  const value = /\d/.test(digits) ? Number(digits) : undefined;
  if (value === undefined) next = end;
  if (bytes[next] === SPACE) next += 1;
  if (word === 'bin') next += Math.max(value ?? 0, 0);
  return { token: { type: 'word', word, value }, next };
}

function latin(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
