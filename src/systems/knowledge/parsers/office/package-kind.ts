import { isLoamError } from '../../../../core/errors.ts';
import { openZip, type ZipArchive } from './zip.ts';

const LOCAL_HEADER = [0x50, 0x4b, 0x03, 0x04];

/** What a ZIP archive is when its parts are looked at. Templates, shows and files with macros are as their plain siblings. */
export type PackageKind = 'docx' | 'pptx' | 'xlsx' | 'xlsb' | 'odt' | 'odp' | 'ods' | 'epub' | 'zip';

const MIME_TYPES: ReadonlyArray<readonly [prefix: string, kind: PackageKind]> = [
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['application/vnd.oasis.opendocument.presentation', 'odp'],
  ['application/epub', 'epub'],
];
/** Of the main part, in `[Content_Types].xml` (ECMA-376-1, annex A, and its Microsoft additions for macros and templates). */
const MAIN_PARTS: ReadonlyArray<readonly [pattern: RegExp, kind: PackageKind]> = [
  [/wordprocessingml\.(?:document|template)\.main|ms-word\.(?:document|template)\.macroEnabled/i, 'docx'],
  [/presentationml\.(?:presentation|slideshow|template)\.main|ms-powerpoint\.\w+\.macroEnabled\w*\.main/i, 'pptx'],
  [/ms-excel\.sheet\.binary/i, 'xlsb'],
  [/spreadsheetml\.(?:sheet|template)\.main|ms-excel\.\w+\.macroEnabled/i, 'xlsx'],
];
/** Where those are lost, as in truncated files: the parts that only one kind has. */
const TELLING_PARTS: ReadonlyArray<readonly [pattern: RegExp, kind: PackageKind]> = [
  [/^word\//i, 'docx'],
  [/^ppt\//i, 'pptx'],
  [/^xl\/.*\.bin$/i, 'xlsb'],
  [/^xl\//i, 'xlsx'],
  [/^meta-inf\/container\.xml$|\.opf$/i, 'epub'],
];

/** Undefined for what is no ZIP archive. Looks at the names of the parts and into two small ones. */
export function packageKindOf(bytes: Uint8Array): PackageKind | undefined {
  if (!LOCAL_HEADER.every((byte, index) => bytes[index] === byte)) return undefined;
  try {
    const archive = openZip(bytes);
    return byMimeType(archive) ?? byContentTypes(archive) ?? byParts(archive) ?? 'zip';
  } catch (error) {
    if (isLoamError(error, 'document-unreadable')) return 'zip';
    throw error;
  }
}

/** The `sniff` of a parser for one kind. */
export function sniffPackage(kind: PackageKind): (bytes: Uint8Array) => number {
  return (bytes) => (packageKindOf(bytes) === kind ? 1 : 0);
}

function byMimeType(archive: ZipArchive): PackageKind | undefined {
  const type = textOf(archive, 'mimetype').trim();
  return MIME_TYPES.find(([prefix]) => type.startsWith(prefix))?.[1];
}

function byContentTypes(archive: ZipArchive): PackageKind | undefined {
  const types = textOf(archive, '[Content_Types].xml');
  return MAIN_PARTS.find(([pattern]) => pattern.test(types))?.[1];
}

function byParts(archive: ZipArchive): PackageKind | undefined {
  return TELLING_PARTS.find(([pattern]) => archive.names.some((name) => pattern.test(name)))?.[1];
}

const MOST_CHARACTERS = 200_000;

function textOf(archive: ZipArchive, name: string): string {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (const piece of archive.stream(name) ?? []) {
      text += decoder.decode(piece, { stream: true });
      if (text.length > MOST_CHARACTERS) break;
    }
  } catch (error) {
    // Of an encrypted part the names of the others still tell.
    if (!isLoamError(error, 'document-unreadable')) throw error;
  }
  // UTF-16 is read well enough for the names in it.
  return text.replaceAll('\0', '');
}
