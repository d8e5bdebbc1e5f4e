import { ByteReader, ByteWriter } from './byte-writer.ts';
import type { Sections, SectionWriter } from './container.ts';
import type { Metadata } from './contract.ts';

/** How a value stood: `member` is a string in a list. Filters tell them apart. */
export type ValueKind = 'string' | 'number' | 'boolean' | 'member';

/** The distinct values of one key and kind, and the list of chunks for each: list `first` is that of the first value. */
export interface Column {
  readonly key: string;
  readonly kind: ValueKind;
  readonly values: readonly (string | number | boolean)[];
  readonly first: number;
}

export interface MetadataColumns {
  readonly columns: readonly Column[];
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}

type Lists = Map<string | number | boolean, number[]>;

export function writeMetadata(sections: SectionWriter, chunks: readonly { readonly metadata: Metadata }[]): void {
  const writer = new ByteWriter();
  const starts = [0];
  const columns: Column[] = [];
  for (const [name, lists] of collect(chunks)) {
    const [kind, key] = [name.slice(0, name.indexOf(' ')) as ValueKind, name.slice(name.indexOf(' ') + 1)];
    const values = [...lists.keys()].sort(compareValues);
    columns.push({ key, kind, values, first: starts.length - 1 });
    for (const value of values) {
      writeChunks(writer, lists.get(value) ?? []);
      starts.push(writer.length);
    }
  }
  sections.add('metadata.columns', new Uint8Array(Buffer.from(JSON.stringify(columns))));
  sections.add('metadata.starts', Uint32Array.from(starts));
  sections.add('metadata.bytes', writer.finish());
}

export function readMetadata(sections: Sections): MetadataColumns {
  return {
    columns: sections.json('metadata.columns') as readonly Column[],
    starts: sections.uint32('metadata.starts'),
    bytes: sections.uint8('metadata.bytes'),
  };
}

/** Marks in `mask`, from `base`, the chunks that hold a value of the column which `accepts`. */
export function markMatching(
  metadata: MetadataColumns,
  column: Column,
  accepts: (value: string | number | boolean) => boolean,
  mask: Uint8Array,
  base: number,
): void {
  column.values.forEach((value, i) => {
    if (!accepts(value)) return;
    const reader = new ByteReader(metadata.bytes, metadata.starts[column.first + i]);
    const end = metadata.starts[column.first + i + 1] as number;
    for (let chunk = base - 1; reader.position < end; ) {
      chunk += reader.varint();
      mask[chunk] = 1;
    }
  });
}

/** Calls `visit` with every chunk that holds the column's value of this number, in order. */
export function visitValue(
  { bytes, starts }: MetadataColumns,
  { first }: Column,
  number: number,
  visit: (chunk: number) => void,
): void {
  const reader = new ByteReader(bytes, starts[first + number]);
  const end = starts[first + number + 1] as number;
  for (let chunk = -1; reader.position < end; ) {
    chunk += reader.varint();
    visit(chunk);
  }
}

/** Lists of chunks by column (kind and key), columns in a fixed order. */
function collect(chunks: readonly { readonly metadata: Metadata }[]): [string, Lists][] {
  const columns = new Map<string, Lists>();
  chunks.forEach(({ metadata }, chunk) => {
    for (const [key, value] of Object.entries(metadata)) {
      const kind = Array.isArray(value) ? 'member' : typeof value;
      for (const one of Array.isArray(value) ? new Set<string>(value) : [value as string | number | boolean]) {
        appendTo(columns, `${kind} ${key}`, one, chunk);
      }
    }
  });
  return [...columns].sort(([a], [b]) => compareValues(a, b));
}

function appendTo(columns: Map<string, Lists>, name: string, value: string | number | boolean, chunk: number): void {
  const lists: Lists = columns.get(name) ?? new Map();
  columns.set(name, lists);
  const list = lists.get(value);
  if (list) list.push(chunk);
  else lists.set(value, [chunk]);
}

function writeChunks(writer: ByteWriter, chunks: readonly number[]): void {
  let last = -1;
  for (const chunk of chunks) {
    writer.varint(chunk - last);
    last = chunk;
  }
}

function compareValues<Value extends string | number | boolean>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
