import { detectEncoding } from './detect-encoding.ts';
import { decodeWindows1252, isWindows1252 } from './windows-1252.ts';

const SAMPLE = 4096;
const BYTE_ORDER_MARKS: ReadonlyArray<readonly [encoding: string, mark: readonly number[]]> = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
// White space apart, texts have hardly any.
/** A line end or space in four hundred bytes. */
const LEAST_ASCII = 1 / 400;
/** Binary data taken for UTF-16 is full of these. */
const UNLIKELY = /(?![\t\n\f\r])[\p{Cc}\p{Cn}\p{Co}\ufffd]/gu;
const CONTROL = /(?![\t\n\v\f\r\u0080-\u009f])\p{Cc}/gu;

/** ISO 2022-JP switches to Japanese and back by escape sequences, all in seven bits. */
const JAPANESE_ESCAPES = ['\u001b$B', '\u001b$@'];
/** A text of UTF-8 may have a broken byte now and then; one of another encoding has them all over. */
const BROKEN = 0.05;

/**
 * The text of bytes. The encoding is the first that fits of: the byte order mark, UTF-16 recognised by its zero bytes, UTF-8
 * (which is never by chance valid where letters beyond ASCII stand), the declared one when the bytes are valid in it, what
 * the bytes look like (`detect-encoding.ts`).
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  const marked = BYTE_ORDER_MARKS.find(([, mark]) => begins(bytes, mark));
  if (marked) return new TextDecoder(marked[0]).decode(bytes);
  const wide = utf16Without(bytes);
  if (wide) return new TextDecoder(wide).decode(bytes);
  const text = decodeStrictly(bytes, 'utf-8');
  if (text !== undefined)
    return JAPANESE_ESCAPES.some((mark) => text.includes(mark)) ? new TextDecoder('iso-2022-jp').decode(bytes) : text;
  const asDeclared = declared === undefined ? undefined : decodeStrictly(bytes, declared);
  return asDeclared ?? mostlyUtf8(bytes) ?? decodeAs(bytes, detectEncoding(bytes));
}

function mostlyUtf8(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder('utf-8').decode(bytes);
  const beyond = text.match(/[^\0-\x7f]/g)?.length ?? 0;
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return broken < BROKEN * beyond ? text : undefined;
}

function decodeAs(bytes: Uint8Array, encoding: string): string {
  return isWindows1252(encoding) ? decodeWindows1252(bytes) : new TextDecoder(encoding).decode(bytes);
}

/** The charset parameter of a media type: `text/html; charset=shift_jis` gives `shift_jis`. */
export function charsetOf(mediaType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*["']?([\w.:-]+)/i.exec(mediaType ?? '')?.[1];
}

/** Whether bytes look like text rather than like a binary format: hardly any control characters at their beginning. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SAMPLE - 1);
  // Asked for each document by several parsers: what has zeros and is no UTF-16 need not be decoded.
  if (sample.includes(0) && !hasMark(sample) && !utf16Without(sample)) return false;
  const text = decodeText(sample);
  const controls = text.match(CONTROL)?.length ?? 0;
  return controls * 100 <= text.length;
}

function hasMark(bytes: Uint8Array): boolean {
  return BYTE_ORDER_MARKS.some(([, mark]) => begins(bytes, mark));
}

function begins(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

function decodeStrictly(bytes: Uint8Array, encoding: string): string | undefined {
  if (isWindows1252(encoding)) return decodeWindows1252(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    // RangeError: no such encoding; TypeError: the bytes are not valid in it.
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * Which UTF-16 has no byte order mark: its ASCII characters, line ends and spaces at least, have zero bytes beside them, all
 * on the same side; no 8-bit text has zeros.
 */
function utf16Without(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const sample = bytes.subarray(0, SAMPLE);
  let little = 0;
  let big = 0;
  for (let index = 0; index + 1 < sample.length; index += 2) {
    const [one = 0, other = 0] = [sample[index], sample[index + 1]];
    if (other === 0 && isAscii(one)) little += 1;
    if (one === 0 && isAscii(other)) big += 1;
  }
  if (little + big < LEAST_ASCII * sample.length || Math.min(little, big) * 4 > Math.max(little, big)) return undefined;
  const encoding = little > big ? 'utf-16le' : 'utf-16be';
  const text = new TextDecoder(encoding).decode(sample);
  return (text.match(UNLIKELY)?.length ?? 0) * 50 <= text.length ? encoding : undefined;
}

function isAscii(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
