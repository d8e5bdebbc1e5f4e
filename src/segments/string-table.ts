import type { Sections, SectionWriter } from './container.ts';

/** Many strings as one run of UTF-8, decoded one at a time. Its order is that of the bytes, hence of the code points. */
export class StringTable {
  readonly #bytes: Buffer;
  readonly #starts: Uint32Array;

  constructor(bytes: Uint8Array, starts: Uint32Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#starts = starts;
  }

  get length(): number {
    return this.#starts.length - 1;
  }

  at(index: number): string {
    return this.#bytes.toString('utf8', this.#starts[index], this.#starts[index + 1]);
  }

  /** Below 0 when the string at `index` comes before the bytes, above when after, 0 when they are equal. */
  compareBytes(index: number, other: Uint8Array): number {
    return this.#bytes.compare(other, 0, other.length, this.#starts[index], this.#starts[index + 1]);
  }

  compare(index: number, other: StringTable, otherIndex: number): number {
    return this.#bytes.compare(
      other.#bytes,
      other.#starts[otherIndex],
      other.#starts[otherIndex + 1],
      this.#starts[index],
      this.#starts[index + 1],
    );
  }
}

export function writeStrings(sections: SectionWriter, name: string, strings: readonly string[]): void {
  const parts = strings.map((string) => Buffer.from(string, 'utf8'));
  const starts = new Uint32Array(strings.length + 1);
  parts.forEach((part, i) => {
    starts[i + 1] = (starts[i] ?? 0) + part.length;
  });
  sections.add(`${name}.bytes`, new Uint8Array(Buffer.concat(parts)));
  sections.add(`${name}.starts`, starts);
}

export function readStrings(sections: Sections, name: string): StringTable {
  return new StringTable(sections.uint8(`${name}.bytes`), sections.uint32(`${name}.starts`));
}
