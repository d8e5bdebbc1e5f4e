import { encodingOfCodePage } from '../office/code-pages.ts';
import type { CompoundFile } from '../ole/compound-file.ts';

const UNICODE = '001F';
const OCTETS = '001E';
const BINARY = '0102';
const FILE_TIME = 0x0040;
const INTEGER = 0x0003;
const ENTRY_BYTES = 16;
/** The header of the property stream: 32 bytes of a message, 24 of one inside another, 8 of attachments and recipients. */
const HEADER_BYTES = { message: 32, inner: 24, other: 8 } as const;
/** Of a FILETIME: tenths of microseconds between 1601 and 1970. */
const EPOCH = 116_444_736_000_000_000n;
const CODE_PAGE = 0x3ffd;

/** The properties of a message or of one part of it ([MS-OXMSG] 2.4), by their numbers in hexadecimal: `0037` is the subject. */
export interface Properties {
  text(id: string): string | undefined;
  binary(id: string): Uint8Array | undefined;
  time(id: string): Date | undefined;
}

/** `folder`: '' for the message itself, else the path of a storage with a `/` at its end. */
export function propertiesIn(
  file: CompoundFile,
  folder: string,
  kind: keyof typeof HEADER_BYTES,
  codePage?: number,
): Properties & { readonly codePage: number | undefined } {
  const fixed = fixedValues(file.read(`${folder}__properties_version1.0`), HEADER_BYTES[kind]);
  const page = Number(fixed.get(`${CODE_PAGE}.${INTEGER}`) ?? 0n) & 0xffff || codePage;
  const stream = (id: string, type: string): Uint8Array | undefined =>
    file.read(`${folder}__substg1.0_${id}${type}`) ?? file.read(`${folder}__substg1.0_${id.toLowerCase()}${type}`);
  const decode = (bytes: Uint8Array | undefined, encoding: string): string | undefined =>
    bytes && new TextDecoder(encoding).decode(bytes).replace(/\0+$/, '');
  return {
    codePage: page,
    text: (id) =>
      decode(stream(id, UNICODE), 'utf-16le') ?? decode(stream(id, OCTETS), encodingOfCodePage(page ?? 1252)),
    binary: (id) => stream(id, BINARY),
    time(id) {
      const value = fixed.get(`${Number.parseInt(id, 16)}.${FILE_TIME}`);
      if (value === undefined) return undefined;
      const moment = new Date(Number((value - EPOCH) / 10_000n));
      return Number.isNaN(moment.getTime()) ? undefined : moment;
    },
  };
}

function fixedValues(stream: Uint8Array | undefined, header: number): Map<string, bigint> {
  const values = new Map<string, bigint>();
  if (!stream) return values;
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  for (let at = header; at + ENTRY_BYTES <= stream.length; at += ENTRY_BYTES) {
    values.set(`${view.getUint16(at + 2, true)}.${view.getUint16(at, true)}`, view.getBigUint64(at + 8, true));
  }
  return values;
}
