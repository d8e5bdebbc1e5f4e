import { createHash, type Hash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { LoamError } from '../../core/errors.ts';
import type { Shelf } from './shelf.ts';

/** A compressed file of lines in a backup, and what it must hash to. */
export interface LinesFile {
  readonly name: string;
  /** Of the file as it lies there, in hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly lines: number;
}

/** Writes lines as they come. */
export async function writeLines(shelf: Shelf, name: string, lines: AsyncIterable<string>): Promise<LinesFile> {
  const hash = createHash('sha256');
  const count = { bytes: 0, lines: 0 };
  const out = new PassThrough();
  const compressing = pipeline(Readable.from(joined(lines, count)), createGzip({ level: 1 }), out);
  const putting = shelf.put(name, hashed(out, hash, count));
  await Promise.all([compressing, putting]);
  return { name, sha256: hash.digest('hex'), ...count };
}

async function* joined(lines: AsyncIterable<string>, count: { lines: number }): AsyncGenerator<string> {
  for await (const line of lines) {
    count.lines += 1;
    yield `${line}\n`;
  }
}

async function* hashed(
  source: AsyncIterable<Uint8Array>,
  hash: Hash,
  count: { bytes: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    hash.update(chunk);
    count.bytes += chunk.length;
    yield chunk;
  }
}

/** Reads a whole file, to see whether it is what was written. @throws LoamError `backup-damaged` */
export async function verifyFile(shelf: Shelf, { name, sha256 }: Pick<LinesFile, 'name' | 'sha256'>): Promise<void> {
  const stream = await shelf.read(name);
  if (!stream) throw new LoamError('backup-damaged', { file: name, problem: 'it is missing' });
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Uint8Array);
  if (hash.digest('hex') !== sha256) {
    throw new LoamError('backup-damaged', { file: name, problem: 'its bytes are not those that were written' });
  }
}

/** The lines of a file that was verified. */
export async function* readLines(shelf: Shelf, name: string): AsyncGenerator<string> {
  const stream = await shelf.read(name);
  if (!stream) throw new LoamError('backup-damaged', { file: name, problem: 'it is missing' });
  const text = stream.pipe(createGunzip());
  stream.once('error', (error) => text.destroy(error));
  text.setEncoding('utf8');
  let rest = '';
  for await (const chunk of text as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** @returns undefined when there is no such file */
export async function readText(shelf: Shelf, name: string): Promise<string | undefined> {
  const stream = await shelf.read(name);
  if (!stream) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}

export async function writeText(shelf: Shelf, name: string, text: string): Promise<void> {
  await shelf.put(name, Readable.from([Buffer.from(text, 'utf8')]));
}
