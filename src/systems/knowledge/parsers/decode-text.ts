import { decodeWindows1252, isWindows1252 } from './windows-1252.ts';

const SAMPLE = 4096;
const BYTE_ORDER_MARKS: ReadonlyArray<readonly [encoding: string, mark: readonly number[]]> = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
// White space apart, texts have hardly any.
const CONTROL = /(?![\t\n\v\f\r\u0080-\u009f])\p{Cc}/gu;

/**
 * The text of bytes. The encoding is the first that fits of: the byte order mark, the declared one (when the bytes are valid
 * in it), UTF-16 recognised by its zero bytes, UTF-8, Windows-1252. That order is the Encoding Standard's (WHATWG, decode)
 * with the guesses that it leaves open.
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  const marked = BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte));
  if (marked) return new TextDecoder(marked[0]).decode(bytes);
  const candidates = [declared, utf16Without(bytes), 'utf-8'].filter((encoding) => encoding !== undefined);
  for (const encoding of candidates) {
    const text = decodeStrictly(bytes, encoding);
    if (text !== undefined) return text;
  }
  return decodeWindows1252(bytes);
}

/** The charset parameter of a media type: `text/html; charset=shift_jis` gives `shift_jis`. */
export function charsetOf(mediaType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*["']?([\w.:-]+)/i.exec(mediaType ?? '')?.[1];
}

/** Whether bytes look like text rather than like a binary format: hardly any control characters at their beginning. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const text = decodeText(bytes.subarray(0, SAMPLE - 1));
  const controls = text.match(CONTROL)?.length ?? 0;
  return controls * 100 <= text.length;
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

/** Which UTF-16 has no byte order mark: Latin letters leave every other byte zero. */
function utf16Without(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const sample = bytes.subarray(0, SAMPLE);
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const many = sample.length / 5;
  if (odd > many && even * 20 < odd) return 'utf-16le';
  return even > many && odd * 20 < even ? 'utf-16be' : undefined;
}
