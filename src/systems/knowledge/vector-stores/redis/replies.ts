/** A reply of Redis: an error is a value here, for it belongs to one command of many. */
export type Reply = string | number | null | Buffer | Error | readonly Reply[];

interface Parsed {
  readonly value: Reply;
  /** Where the next reply begins. */
  readonly end: number;
}

/**
 * Reads replies of the protocol RESP2 as their bytes come.
 *
 * @example const reader = new ReplyReader(); reader.push(bytes); // [reply, reply]
 */
export class ReplyReader {
  #left: Buffer = Buffer.alloc(0);

  /** @returns the replies that are whole now; @throws Error when the bytes are no replies */
  push(bytes: Buffer): Reply[] {
    this.#left = this.#left.length === 0 ? bytes : Buffer.concat([this.#left, bytes]);
    const replies: Reply[] = [];
    let at = 0;
    for (let parsed = parse(this.#left, at); parsed; parsed = parse(this.#left, at)) {
      replies.push(parsed.value);
      at = parsed.end;
    }
    this.#left = this.#left.subarray(at);
    return replies;
  }
}

function parse(bytes: Buffer, at: number): Parsed | undefined {
  const end = bytes.indexOf('\r\n', at);
  if (end < 0) return undefined;
  const line = bytes.toString('utf8', at + 1, end);
  const next = end + 2;
  switch (String.fromCharCode(bytes[at] ?? 0)) {
    case '+':
      return { value: line, end: next };
    case '-':
      return { value: new Error(line), end: next };
    case ':':
      return { value: Number(line), end: next };
    case '$':
      return parseBytes(bytes, next, Number(line));
    case '*':
      return parseList(bytes, next, Number(line));
    default:
      throw new Error('What came is no reply of Redis.');
  }
}

function parseBytes(bytes: Buffer, at: number, length: number): Parsed | undefined {
  if (length < 0) return { value: null, end: at };
  const end = at + length;
  return bytes.length < end + 2 ? undefined : { value: bytes.subarray(at, end), end: end + 2 };
}

function parseList(bytes: Buffer, at: number, length: number): Parsed | undefined {
  if (length < 0) return { value: null, end: at };
  const items: Reply[] = [];
  let end = at;
  for (let i = 0; i < length; i++) {
    const item = parse(bytes, end);
    if (!item) return undefined;
    items.push(item.value);
    end = item.end;
  }
  return { value: items, end };
}

/** A command as Redis reads it. */
export function commandBytes(command: readonly (string | number | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${command.length}\r\n`)];
  for (const argument of command) {
    const bytes = Buffer.isBuffer(argument) ? argument : Buffer.from(String(argument), 'utf8');
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}
