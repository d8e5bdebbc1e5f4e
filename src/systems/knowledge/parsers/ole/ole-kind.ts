import { isLoamError } from '../../../../core/errors.ts';
import { openCompoundFile } from './compound-file.ts';
import { isCompoundFile } from './sectors.ts';

/** What a compound file is by the streams that it has. `encrypted`: an Office file since 2007 that has a password. */
export type OleKind = 'doc' | 'xls' | 'ppt' | 'msg' | 'encrypted' | 'ole';

const TELLING_STREAMS: ReadonlyArray<readonly [name: RegExp, kind: OleKind]> = [
  [/^EncryptedPackage$/i, 'encrypted'],
  [/^__properties_version1\.0$/i, 'msg'],
  [/^WordDocument$/i, 'doc'],
  [/^(?:Workbook|Book)$/i, 'xls'],
  [/^PowerPoint Document$/i, 'ppt'],
];

/** Undefined for what is no compound file; `ole` for one whose directory is lost or tells nothing. */
export function oleKindOf(bytes: Uint8Array): OleKind | undefined {
  if (!isCompoundFile(bytes)) return undefined;
  try {
    const { paths } = openCompoundFile(bytes);
    return TELLING_STREAMS.find(([name]) => paths.some((path) => name.test(path)))?.[1] ?? 'ole';
  } catch (error) {
    if (isLoamError(error, 'document-unreadable')) return 'ole';
    throw error;
  }
}

/** The `sniff` of a parser for one kind. */
export function sniffOle(kind: OleKind): (bytes: Uint8Array) => number {
  return (bytes) => (oleKindOf(bytes) === kind ? 1 : 0);
}
