import { SaxesParser } from 'saxes';
import { unreadable } from '../unreadable.ts';

/** Nothing here recurses; the limit is for the memory that a chain of open elements takes. */
const MAX_DEPTH = 20_000;
const ENCODING = /^<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)/i;
const HEAD_BYTES = 200;

export type Attributes = Readonly<Record<string, string>>;

/**
 * What to do at the elements of a format, by their names without prefix: the prefixes of Office files are a habit of
 * their writers, not a rule.
 */
export interface ElementTable {
  /** Left out with all that they hold. */
  readonly skip?: ReadonlySet<string>;
  readonly open?: Readonly<Record<string, (attributes: Attributes, name: string) => void>>;
  readonly close?: Readonly<Record<string, (name: string) => void>>;
  /** Elements that `open` does not name. */
  otherwise?(name: string, attributes: Attributes): void;
  /** The end of elements that `close` does not name. */
  otherwiseClose?(name: string): void;
  text?(text: string): void;
}

/**
 * Walks an XML document in the order in which it is written. Damaged XML is walked as far as it makes sense. A document type
 * is skipped: no entity is expanded but the five of XML itself, and nothing is fetched.
 *
 * @throws LoamError `document-unreadable` where elements are nested more than 20,000 deep.
 * @example walkXml([bytes], { open: { p: () => writer.openParagraph() }, text: (text) => writer.write(text) })
 */
export function walkXml(pieces: Iterable<Uint8Array>, table: ElementTable): void {
  const parser = createParser(table);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for (const piece of pieces) {
    decoder ??= new TextDecoder(encodingOf(piece));
    parser.write(decoder.decode(piece, { stream: true }));
  }
  parser.write(decoder?.decode() ?? '').close();
}

/** The same of a text that is decoded already. */
export function walkXmlText(text: string, table: ElementTable): void {
  createParser(table).write(text).close();
}

/** An attribute by its usual name; where a file writes another prefix, by the part behind it. */
export function attribute(attributes: Attributes, name: string): string | undefined {
  const exact = attributes[name];
  if (exact !== undefined) return exact;
  const local = `:${localName(name)}`;
  const found = Object.keys(attributes).find((key) => key.endsWith(local));
  return found === undefined ? undefined : attributes[found];
}

function createParser(table: ElementTable): SaxesParser<{ xmlns: false }> {
  const parser = new SaxesParser({ position: false, xmlns: false } as const);
  const open = new Map(Object.entries(table.open ?? {}));
  const close = new Map(Object.entries(table.close ?? {}));
  let depth = 0;
  let skippedFrom = 0;
  // With a handler for errors, the parser reports them and goes on.
  parser.on('error', () => undefined);
  parser.on('opentag', (tag) => {
    depth += 1;
    if (depth > MAX_DEPTH) throw unreadable('too-deep');
    if (skippedFrom > 0) return;
    const name = localName(tag.name);
    if (table.skip?.has(name)) skippedFrom = depth;
    else if (open.has(name)) open.get(name)?.(tag.attributes, name);
    else table.otherwise?.(name, tag.attributes);
  });
  parser.on('closetag', (tag) => {
    const isSkipped = skippedFrom > 0;
    if (skippedFrom === depth) skippedFrom = 0;
    depth -= 1;
    if (isSkipped) return;
    const name = localName(tag.name);
    if (close.has(name)) close.get(name)?.(name);
    else table.otherwiseClose?.(name);
  });
  const text = (data: string): void => {
    if (skippedFrom === 0) table.text?.(data);
  };
  parser.on('text', text);
  parser.on('cdata', text);
  return parser;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** XML 1.0, appendix F: the byte order mark, else the declaration, else UTF-8. */
function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le';
  if (bytes[0] === 0 && bytes[1] === 0x3c) return 'utf-16be';
  const declared = ENCODING.exec(new TextDecoder('latin1').decode(bytes.subarray(0, HEAD_BYTES)))?.[1] ?? 'utf-8';
  return isKnown(declared) && !/^utf-?16/i.test(declared) ? declared : 'utf-8';
}

function isKnown(encoding: string): boolean {
  try {
    return new TextDecoder(encoding).encoding !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
