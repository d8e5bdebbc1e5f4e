import { LoamError } from '../../../core/errors.ts';

/** Why a document cannot be read, as its owner is told. Each completes `The document cannot be read: …`. */
const REASONS = {
  empty: 'it is empty',
  'no-text': 'it holds no text',
  'too-large': 'it is larger than 50 MB',
  'too-much-text': 'it holds more than 64 million characters',
  'unknown-format': 'its format is none of those that are read',
  image: 'it is an image: images are read as pages of PDF documents only',
  archive: 'it is an archive: its files can be read when they are stored one by one',
  media: 'it is audio or video',
  wordperfect: 'it is a WordPerfect document, which is not read',
  'not-text': 'its name says text, but it holds binary data',
  'not-json': 'its name says JSON, but it is not well-formed',
  encrypted: 'it is protected by a password',
  'images-only':
    'its pages are images without text; with the program Tesseract installed (package tesseract-ocr) they would be read',
  'no-recognized-text': 'its pages are images, and text recognition finds no text on them',
  damaged: 'it is damaged or incomplete',
  'no-pages': 'it is damaged: it has no pages',
  'too-deep': 'its elements are nested more than 20,000 deep',
  'too-many-entries': 'it is an archive of more than 10,000 files',
  'inflates-too-large': 'it inflates to more than 256 MB',
  'not-utf-8': 'it is to be read record by record, and is not UTF-8',
  'damaged-csv': 'it is to be read record by record, and its quotes are not those of CSV (RFC 4180)',
  'too-many-records': 'it has more than 200,000 records',
  'too-complex': 'it needs more time or memory than one document may take',
} as const;

export type DocumentProblem = keyof typeof REASONS;

/** @example throw unreadable('encrypted') */
export function unreadable(problem: DocumentProblem, cause?: unknown): LoamError<'document-unreadable'> {
  return new LoamError('document-unreadable', { problem, reason: REASONS[problem] }, { cause });
}
