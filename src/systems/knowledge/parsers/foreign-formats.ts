import type { DocumentProblem } from './unreadable.ts';

interface ForeignFormat {
  readonly problem: DocumentProblem;
  /** Hexadecimal, at the beginning of the file. */
  readonly marks: readonly string[];
}

/** Formats that no parser reads, so that a person is told what the file is and not only what it is not. */
const FOREIGN_FORMATS: readonly ForeignFormat[] = [
  // PNG, JPEG, GIF, TIFF in both byte orders.
  { problem: 'image', marks: ['89504e47', 'ffd8ff', '474946383', '49492a00', '4d4d002a'] },
  // gzip, bzip2, xz, Zstandard, 7z, RAR.
  { problem: 'archive', marks: ['1f8b', '425a68', 'fd377a585a00', '28b52ffd', '377abcaf271c', '526172211a07'] },
  // MP3 with tags, Ogg, FLAC, Matroska, RIFF.
  { problem: 'media', marks: ['494433', '4f676753', '664c6143', '1a45dfa3', '52494646'] },
  { problem: 'wordperfect', marks: ['ff575043'] },
];
const LONGEST_MARK = 8;
/** MP4 and QuickTime say so after the length of their first part. */
const MP4_MARK = '66747970';
const ZIP_MARK = '504b0304';

/** What is wrong with a file that no parser takes. */
export function foreignProblem(bytes: Uint8Array): DocumentProblem {
  const start = Buffer.from(bytes.subarray(0, LONGEST_MARK)).toString('hex');
  if (start.startsWith(ZIP_MARK)) return 'archive';
  if (start.slice(8).startsWith(MP4_MARK)) return 'media';
  const format = FOREIGN_FORMATS.find(({ marks }) => marks.some((mark) => start.startsWith(mark)));
  return format?.problem ?? 'unknown-format';
}
