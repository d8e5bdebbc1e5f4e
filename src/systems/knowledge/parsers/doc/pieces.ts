import { unreadable } from '../unreadable.ts';
import { decodeWindows1252 } from '../windows-1252.ts';
import type { FileInformation } from './file-information.ts';

const PROPERTIES = 1;
const PIECE_TABLE = 2;
const PIECE_BYTES = 12;
const COMPRESSED = 0x40000000;
const MOST_CHARACTERS = 64_000_000;

/** The code pages of Windows by primary language (the low ten bits); all others: Windows-1252. */
const CODE_PAGES: Readonly<Record<number, string>> = {
  1: 'windows-1256',
  4: 'gbk',
  5: 'windows-1250',
  8: 'windows-1253',
  13: 'windows-1255',
  14: 'windows-1250',
  17: 'shift_jis',
  18: 'euc-kr',
  21: 'windows-1250',
  24: 'windows-1250',
  25: 'windows-1251',
  26: 'windows-1250',
  27: 'windows-1250',
  30: 'windows-874',
  31: 'windows-1254',
  34: 'windows-1251',
  35: 'windows-1251',
  2: 'windows-1251',
  36: 'windows-1250',
  37: 'windows-1257',
  38: 'windows-1257',
  39: 'windows-1257',
  42: 'windows-1258',
};
const WINDOWS_1252 = 'windows-1252';
const LANGUAGE_BITS = 0x3ff;
const TRADITIONAL_CHINESE = [0x404, 0xc04];

/** A run of text that lies in one place of the main stream. */
interface Piece {
  /** Of its first character in the text. */
  readonly position: number;
  readonly characters: number;
  readonly offset: number;
  readonly isWide: boolean;
}

export interface PieceText {
  /** All parts of the document, one code unit a character. */
  readonly text: string;
  /** Where in the main stream a character lies. */
  offsetOf(position: number): number;
}

/**
 * The text of a Word file, put together from its piece table ([MS-DOC] 2.8.35 and 2.9.38), or as it lies in the stream where
 * that is lost.
 */
export function readText(information: FileInformation): PieceText {
  const found = readPieces(information);
  const pieces = found.length > 0 ? found : [wholeText(information)];
  if (pieces.reduce((sum, piece) => sum + piece.characters, 0) > MOST_CHARACTERS) throw unreadable('too-much-text');
  const codePage = information.isWord97 ? WINDOWS_1252 : codePageOf(information.language);
  return {
    text: pieces.map((piece) => decode(information.main, piece, codePage)).join(''),
    offsetOf(position) {
      const piece = pieceAt(pieces, position);
      return piece ? piece.offset + (position - piece.position) * (piece.isWide ? 2 : 1) : -1;
    },
  };
}

function readPieces({ tables, pieces, isWord97 }: FileInformation): Piece[] {
  const view = new DataView(tables.buffer, tables.byteOffset, tables.byteLength);
  const end = Math.min(pieces.at + pieces.length, tables.length);
  let at = pieces.at;
  while (at + 3 <= end && tables[at] === PROPERTIES) at += 3 + view.getUint16(at + 1, true);
  if (at + 5 > end || tables[at] !== PIECE_TABLE) return [];
  const start = at + 5;
  const length = Math.min(view.getUint32(at + 1, true), end - start);
  const count = Math.max(0, Math.floor((length - 4) / PIECE_BYTES));
  const found: Piece[] = [];
  let position = 0;
  for (let index = 0; index < count; index += 1) {
    const characters = view.getInt32(start + index * 4 + 4, true) - view.getInt32(start + index * 4, true);
    const raw = view.getUint32(start + (count + 1) * 4 + index * 8 + 2, true);
    if (characters <= 0) continue;
    const isWide = isWord97 && (raw & COMPRESSED) === 0;
    const offset = isWord97 && !isWide ? (raw & ~COMPRESSED) >>> 1 : raw;
    found.push({ position, characters, offset, isWide });
    position += characters;
  }
  return found;
}

function wholeText({ text: { start, end, isWide }, main, isWord97 }: FileInformation): Piece {
  const bytes = Math.max(0, Math.min(end, main.length) - start);
  const wide = isWord97 && isWide;
  return { position: 0, characters: wide ? Math.floor(bytes / 2) : bytes, offset: start, isWide: wide };
}

function decode(main: Uint8Array, { offset, characters, isWide }: Piece, codePage: string): string {
  const bytes = main.subarray(offset, offset + characters * (isWide ? 2 : 1));
  // What a truncated file lacks still counts, so that the parts begin where they should.
  if (isWide) return new TextDecoder('utf-16le', { ignoreBOM: true }).decode(bytes).padEnd(characters, '\0');
  if (codePage === WINDOWS_1252) return decodeWindows1252(bytes).padEnd(characters, '\0');
  return new TextDecoder(codePage).decode(bytes);
}

function codePageOf(language: number): string {
  if (TRADITIONAL_CHINESE.includes(language)) return 'big5';
  return CODE_PAGES[language & LANGUAGE_BITS] ?? WINDOWS_1252;
}

function pieceAt(pieces: readonly Piece[], position: number): Piece | undefined {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pieces[middle]?.position ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return pieces[low];
}
