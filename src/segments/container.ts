import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import { LoamError } from '../core/errors.ts';
import { type ByteRegion, fileRegion, memoryRegion, type ReadableBytes } from './byte-region.ts';

/**
 * The file format of a segment: a magic word with the version, the sha256 of all that follows, the length of the head, the
 * head (JSON: what the segment is and where its sections lie), the sections, each at a multiple of 16. Numbers are
 * little-endian.
 */
const MAGIC = 'LOAMSEG1';
const HASH_START = 8;
const LENGTH_START = 40;
const HEAD_START = 44;

type SectionArray = Int8Array | Uint8Array | Uint16Array | Uint32Array | Float32Array;

type SectionType = { readonly name: string; readonly BYTES_PER_ELEMENT: number };

interface SectionEntry {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
}

interface Head<Facts> {
  readonly facts: Facts;
  readonly sections: Readonly<Record<string, SectionEntry>>;
}

/** Collects named arrays and writes them as one file. */
export class SectionWriter {
  readonly #arrays = new Map<string, SectionArray>();

  add(name: string, array: SectionArray): void {
    this.#arrays.set(name, array);
  }

  /** `facts` is JSON about the whole file. */
  finish(facts: object): ArrayBuffer {
    const { head, bodyStart, size } = this.#layOut(facts);
    const bytes = new Uint8Array(size);
    bytes.set(Buffer.from(MAGIC));
    new DataView(bytes.buffer).setUint32(LENGTH_START, head.length, true);
    bytes.set(head, HEAD_START);
    let offset = bodyStart;
    for (const array of this.#arrays.values()) {
      bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
      offset += align(array.byteLength);
    }
    bytes.set(checksum(bytes), HASH_START);
    return bytes.buffer;
  }

  /** Offsets in the head count from the end of the head, so that its own length does not change them. */
  #layOut(facts: object) {
    const sections: Record<string, SectionEntry> = {};
    let offset = 0;
    for (const [name, array] of this.#arrays) {
      sections[name] = { type: array.constructor.name, offset, length: array.length };
      offset += align(array.byteLength);
    }
    const head = Buffer.from(JSON.stringify({ facts, sections } satisfies Head<object>));
    const bodyStart = align(HEAD_START + head.length);
    return { head, bodyStart, size: bodyStart + offset };
  }
}

/**
 * A file whose checksum held, section by section. Every array is a copy: the file's bytes can be let go. Regions are read from
 * the file when they are asked for, where one is given.
 */
export class Sections<Facts = unknown> {
  readonly facts: Facts;
  readonly #segment: string;
  readonly #bytes: Uint8Array;
  readonly #bodyStart: number;
  readonly #entries: Readonly<Record<string, SectionEntry>>;
  readonly #file: ReadableBytes | undefined;

  /** @throws LoamError `segment-damaged` when a byte is missing or changed, or the format is another. */
  constructor(segment: string, bytes: Uint8Array, file?: ReadableBytes) {
    this.#segment = segment;
    this.#file = file;
    this.#bytes = bytes;
    this.#check(endianness() === 'LE', 'this machine is not little-endian');
    const magic = Buffer.from(bytes.subarray(0, HASH_START)).toString('latin1');
    this.#check(bytes.length > HEAD_START && magic === MAGIC, `it does not start with ${MAGIC}`);
    const stated = Buffer.from(bytes.subarray(HASH_START, LENGTH_START));
    this.#check(stated.equals(checksum(bytes)), 'its checksum does not hold');
    const headEnd = HEAD_START + new DataView(bytes.buffer, bytes.byteOffset).getUint32(LENGTH_START, true);
    const head: Head<Facts> = JSON.parse(Buffer.from(bytes.subarray(HEAD_START, headEnd)).toString('utf8'));
    this.facts = head.facts;
    this.#entries = head.sections;
    this.#bodyStart = align(headEnd);
  }

  has(name: string): boolean {
    return this.#entries[name] !== undefined;
  }

  int8(name: string): Int8Array {
    return new Int8Array(this.#copy(name, Int8Array));
  }

  uint8(name: string): Uint8Array {
    return new Uint8Array(this.#copy(name, Uint8Array));
  }

  uint16(name: string): Uint16Array {
    return new Uint16Array(this.#copy(name, Uint16Array));
  }

  uint32(name: string): Uint32Array {
    return new Uint32Array(this.#copy(name, Uint32Array));
  }

  float32(name: string): Float32Array {
    return new Float32Array(this.#copy(name, Float32Array));
  }

  /** A section of bytes or of two-byte numbers. */
  region(name: string, type: typeof Uint8Array | typeof Uint16Array): ByteRegion {
    if (!this.#file) return memoryRegion(new Uint8Array(this.#copy(name, type)));
    const { start, end } = this.#placeOf(name, type);
    return fileRegion(this.#file, start, end - start);
  }

  json(name: string): unknown {
    return JSON.parse(Buffer.from(this.uint8(name)).toString('utf8'));
  }

  #copy(name: string, type: SectionType): ArrayBuffer {
    const { start, end } = this.#placeOf(name, type);
    return Uint8Array.prototype.slice.call(this.#bytes, start, end).buffer;
  }

  #placeOf(name: string, type: SectionType): { start: number; end: number } {
    const entry = this.#entries[name];
    this.#check(entry?.type === type.name, `its section ${name} is missing or of another type`);
    const start = this.#bodyStart + (entry?.offset ?? 0);
    const end = start + (entry?.length ?? 0) * type.BYTES_PER_ELEMENT;
    this.#check(end <= this.#bytes.length, `its section ${name} is cut off`);
    return { start, end };
  }

  #check(holds: boolean, problem: string): void {
    if (!holds) throw new LoamError('segment-damaged', { segment: this.#segment, problem });
  }
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes.subarray(LENGTH_START)).digest();
}

function align(offset: number): number {
  return Math.ceil(offset / 16) * 16;
}
