import type { CompoundFile } from '../ole/compound-file.ts';
import { unreadable } from '../unreadable.ts';

const WORD_IDENTIFIERS = [0xa5ec, 0xa5dc];
const FIRST_OF_WORD_97 = 0xc0;
const HEADER_BYTES = 0x1aa;
const HEADER_BYTES_95 = 0x168;
const ENCRYPTED = 0x0100;
const TABLE_1 = 0x0200;
const WIDE_TEXT = 0x1000;

/** Where a Word file keeps what, from the header of its main stream ([MS-DOC] 2.5; of Word 6 and 95 as was published then). */
export interface FileInformation {
  readonly isWord97: boolean;
  /** The main stream: text, and the pages of paragraph properties. */
  readonly main: Uint8Array;
  /** Holds the tables: another stream since Word 97. */
  readonly tables: Uint8Array;
  /** The language of the installation: tells the code page of Word 6 and 95. */
  readonly language: number;
  /** How many characters each part has; the parts follow each other. */
  readonly parts: Readonly<Record<TextPart, number>>;
  readonly pieces: Place;
  readonly paragraphs: Place;
  /** Where the text is when there is no piece table. */
  readonly text: { readonly start: number; readonly end: number; readonly isWide: boolean };
}

/** In the order in which they are kept. */
export const TEXT_PARTS = [
  'body',
  'footnotes',
  'headers',
  'macros',
  'comments',
  'endnotes',
  'boxes',
  'headerBoxes',
] as const;
export type TextPart = (typeof TEXT_PARTS)[number];

interface Place {
  readonly at: number;
  readonly length: number;
}

/** @throws LoamError `document-unreadable` for what is no Word file, and for one with a password */
export function readFileInformation(file: CompoundFile): FileInformation {
  const main = file.read('WordDocument');
  if (!main || main.length < HEADER_BYTES_95) throw unreadable('damaged');
  const view = new DataView(main.buffer, main.byteOffset, main.byteLength);
  if (!WORD_IDENTIFIERS.includes(view.getUint16(0, true))) throw unreadable('damaged');
  const flags = view.getUint16(0x0a, true);
  if ((flags & ENCRYPTED) !== 0) throw unreadable('encrypted');
  const isWord97 = view.getUint16(2, true) >= FIRST_OF_WORD_97 && main.length >= HEADER_BYTES;
  const place = (at: number): Place => ({ at: view.getUint32(at, true), length: view.getUint32(at + 4, true) });
  const [first, second] = (flags & TABLE_1) === 0 ? ['0Table', '1Table'] : ['1Table', '0Table'];
  return {
    isWord97,
    main,
    tables: isWord97 ? (file.read(first) ?? file.read(second) ?? new Uint8Array()) : main,
    language: view.getUint16(6, true),
    parts: readParts(view, isWord97 ? 0x4c : 0x34),
    pieces: place(isWord97 ? 0x1a2 : 0x160),
    paragraphs: place(isWord97 ? 0x102 : 0xc0),
    text: { start: view.getUint32(0x18, true), end: view.getUint32(0x1c, true), isWide: (flags & WIDE_TEXT) !== 0 },
  };
}

function readParts(view: DataView, start: number): FileInformation['parts'] {
  const counts = TEXT_PARTS.map((part, index) => [part, Math.max(view.getInt32(start + index * 4, true), 0)] as const);
  return Object.fromEntries(counts) as Record<TextPart, number>;
}
