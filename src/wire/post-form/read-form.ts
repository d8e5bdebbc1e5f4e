import { Readable } from 'node:stream';
import { WireFailure } from '../failure.ts';

/** A form as a browser sends it (RFC 7578), read up to its file. */
export interface PostForm {
  /** By lower-case name; of one that comes twice, the first. */
  readonly fields: ReadonlyMap<string, string>;
  readonly file: FormFile;
}

export interface FormFile {
  /** Without folders; empty when the browser sent none. */
  readonly filename: string;
  /** The bytes of the file; what stands in the form after it is ignored, as S3 does. */
  readonly body: Readable;
}

// Amazon S3 API reference, "POST Object": all that comes before the file.
const MOST_FIELD_BYTES = 20 * 1024;
const MOST_FIELDS = 100;
const CRLF = Buffer.from('\r\n');
const END_OF_HEADERS = Buffer.from('\r\n\r\n');
const FORM_TYPE = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i;

/** Whether a request is a form with a file. */
export function isPostForm(method: string, contentType: string | undefined): boolean {
  return method === 'POST' && /^multipart\/form-data\b/i.test(contentType ?? '');
}

/**
 * Reads the fields of a form; the file is left to be streamed.
 *
 * @throws WireFailure `form-malformed`, `form-fields-too-large`, `form-without-file`
 */
export async function readForm(source: Readable, contentType: string): Promise<PostForm> {
  const [, quoted, plain] = FORM_TYPE.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw malformed('names no boundary');
  const reader = new PieceReader(source);
  // The first boundary is at the very start; every other one has a line end before it, which belongs to it.
  reader.unread(CRLF);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  await reader.readThrough(delimiter, MOST_FIELD_BYTES);
  const fields = new Map<string, string>();
  for (let left = MOST_FIELD_BYTES; ; ) {
    const part = await readPart(reader, left);
    if (!part) throw new WireFailure('form-without-file', 'POST requires exactly one file upload per request.');
    if (part.name === 'file') {
      const body = Readable.from(reader.pieces(delimiter), { objectMode: false });
      return { fields, file: { filename: baseName(part.filename ?? ''), body } };
    }
    const value = await reader.readThrough(delimiter, left);
    left -= value.length + part.name.length;
    if (left <= 0 || fields.size >= MOST_FIELDS) throw tooLarge();
    if (!fields.has(part.name)) fields.set(part.name, value.toString('utf8'));
  }
}

interface PartHeaders {
  /** In lower case. */
  readonly name: string;
  readonly filename: string | undefined;
}

/** @returns undefined at the end of the form */
async function readPart(reader: PieceReader, limit: number): Promise<PartHeaders | undefined> {
  const next = await reader.read(2);
  if (next.equals(Buffer.from('--'))) return undefined;
  if (!next.equals(CRLF)) throw malformed('has a boundary that goes on');
  reader.unread(CRLF);
  const text = (await reader.readThrough(END_OF_HEADERS, limit)).toString('utf8');
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(text)?.[1] ?? '';
  const name = parameterOf(disposition, 'name');
  if (name === undefined) throw malformed('has a part without a name');
  return { name: name.toLowerCase(), filename: parameterOf(disposition, 'filename') };
}

function parameterOf(text: string, name: string): string | undefined {
  const [, quoted, plain] = new RegExp(`(?:^|;)\\s*${name}=(?:"([^"]*)"|([^\\s;]+))`, 'i').exec(text) ?? [];
  return quoted ?? plain;
}

// Old browsers send a whole path.
function baseName(filename: string): string {
  return filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
}

/** Takes bytes off a stream piece by piece; no more is held than what was asked for and one chunk. */
class PieceReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: Readable) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  unread(bytes: Buffer): void {
    this.#held = Buffer.concat([bytes, this.#held]);
  }

  async read(count: number): Promise<Buffer> {
    while (this.#held.length < count) if (!(await this.#more())) throw malformed('ends early');
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  /** What stands before a mark, which is taken too. */
  async readThrough(mark: Buffer, limit: number): Promise<Buffer> {
    for (let from = 0; ; ) {
      const at = this.#held.indexOf(mark, from);
      if (at >= 0 && at <= limit) {
        const taken = Buffer.from(this.#held.subarray(0, at));
        this.#held = this.#held.subarray(at + mark.length);
        return taken;
      }
      if (this.#held.length > limit + mark.length) throw tooLarge();
      from = Math.max(0, this.#held.length - mark.length + 1);
      if (!(await this.#more())) throw malformed('ends early');
    }
  }

  /** What stands before a mark, in pieces; the rest of the stream is read to its end and dropped. */
  async *pieces(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(mark);
      const sure = at >= 0 ? at : Math.max(0, this.#held.length - mark.length + 1);
      if (sure > 0) yield this.#held.subarray(0, sure);
      this.#held = this.#held.subarray(sure);
      if (at >= 0) return this.#drop();
      if (!(await this.#more())) throw malformed('ends early');
    }
  }

  async #drop(): Promise<void> {
    for (let dropped = 0; dropped <= MOST_FIELD_BYTES; dropped += this.#held.length) {
      this.#held = Buffer.alloc(0);
      if (!(await this.#more())) return;
    }
    throw malformed('goes on after its file');
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done) return false;
    this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
    return true;
  }
}

function malformed(problem: string): WireFailure {
  return new WireFailure(
    'form-malformed',
    `The body of your POST request is not well-formed multipart/form-data: it ${problem}.`,
  );
}

function tooLarge(): WireFailure {
  return new WireFailure(
    'form-fields-too-large',
    `Your POST request fields preceding the upload file were too large: at most ${MOST_FIELD_BYTES} bytes are allowed.`,
  );
}
