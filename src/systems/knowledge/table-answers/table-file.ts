import { deflateSync, inflateSync } from 'node:zlib';
import type { TableDescription, TypedCell } from './contract.ts';

/** A table as it is kept: a column by itself is read without the others. */
export interface FiledTable {
  readonly description: TableDescription;
  /** The lines of the header, as shown. */
  readonly header: readonly string[];
  readonly rowNumbers: readonly number[];
  /** The rows, as shown. */
  readonly lines: readonly string[];
  /** Column by column. */
  readonly cells: readonly (readonly TypedCell[])[];
}

interface Place {
  readonly at: number;
  readonly bytes: number;
}

interface FiledPlaces {
  readonly header: readonly string[];
  readonly rowNumbers: Place;
  readonly lines: Place;
  readonly cells: readonly Place[];
}

/** One table of a file; parts are inflated when they are asked for. */
export interface OpenTable {
  readonly header: readonly string[];
  rowNumbers(): readonly number[];
  lines(): readonly string[];
  /** @param column its place in the description's columns */
  cells(column: number): readonly TypedCell[];
}

const LENGTH_BYTES = 4;
/** Tables that nothing hostile has written: read back, a part is as large as it was. */
const MOST_PART_BYTES = 2 ** 28;
const FAST = 3;

/** Lays tables out as bytes: a length, a JSON of where the parts are, and each part as deflated JSON. */
export function writeTableFile(tables: readonly FiledTable[]): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  let at = 0;
  const place = (content: unknown): Place => {
    const part = deflateSync(JSON.stringify(content), { level: FAST });
    parts.push(part);
    at += part.length;
    return { at: at - part.length, bytes: part.length };
  };
  const places = tables.map(
    ({ header, rowNumbers, lines, cells }): FiledPlaces => ({
      header,
      rowNumbers: place(rowNumbers),
      lines: place(lines),
      cells: cells.map(place),
    }),
  );
  const head = Buffer.from(JSON.stringify(places));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(head.length);
  return Uint8Array.from(Buffer.concat([length, head, ...parts]));
}

/** @throws Error for bytes that `writeTableFile` has not written */
export function openTableFile(file: Uint8Array): OpenTable[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const start = LENGTH_BYTES + bytes.readUInt32LE(0);
  const places = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, start)) as FiledPlaces[];
  const read = ({ at, bytes: length }: Place): unknown => {
    const part = bytes.subarray(start + at, start + at + length);
    return JSON.parse(inflateSync(part, { maxOutputLength: MOST_PART_BYTES }).toString('utf8'));
  };
  return places.map(({ header, rowNumbers, lines, cells }) => ({
    header,
    rowNumbers: () => read(rowNumbers) as number[],
    lines: () => read(lines) as string[],
    cells: (column) => {
      const found = cells[column];
      return found ? (read(found) as TypedCell[]) : [];
    },
  }));
}
