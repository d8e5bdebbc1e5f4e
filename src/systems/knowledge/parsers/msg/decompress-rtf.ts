/** What every compressed body may refer to before it has written anything ([MS-OXRTFCP] 2.1.2.1). */
const PREFILL =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans ' +
  'SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';
const HEADER_BYTES = 16;
const COMPRESSED = 0x75465a4c;
const STORED = 0x414c454d;
const WINDOW = 4096;
const MOST_BYTES = 64 * 2 ** 20;

/** The RTF of a message's body as Outlook keeps it; undefined where it is in no known form. Truncated bodies give their beginning. */
export function decompressRtf(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const form = view.getUint32(8, true);
  if (form === STORED) return bytes.subarray(HEADER_BYTES);
  return form === COMPRESSED ? inflate(bytes, Math.min(view.getUint32(4, true), MOST_BYTES)) : undefined;
}

function inflate(bytes: Uint8Array, size: number): Uint8Array {
  const window = new Uint8Array(WINDOW);
  window.set(Buffer.from(PREFILL, 'latin1'));
  let write = PREFILL.length;
  const output: number[] = [];
  const put = (byte: number): void => {
    output.push(byte);
    window[write] = byte;
    write = (write + 1) % WINDOW;
  };
  let at = HEADER_BYTES;
  while (at < bytes.length && output.length < size) {
    const control = bytes[at] ?? 0;
    at += 1;
    for (let bit = 0; bit < 8 && at < bytes.length; bit += 1) {
      if ((control & (1 << bit)) === 0) {
        put(bytes[at] ?? 0);
        at += 1;
        continue;
      }
      const token = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      at += 2;
      const offset = token >> 4;
      if (offset === write) return Uint8Array.from(output);
      for (let count = (token & 15) + 2, from = offset; count > 0; count -= 1, from = (from + 1) % WINDOW)
        put(window[from] ?? 0);
    }
  }
  return Uint8Array.from(output.slice(0, size));
}
