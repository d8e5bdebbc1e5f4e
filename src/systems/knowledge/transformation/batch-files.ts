import { LoamError } from '../../../core/errors.ts';
import type { Metadata, MetadataValue } from '../../../segments/index.ts';
import type { ChunkDraft } from '../chunkers/contract.ts';
import { SYSTEM_METADATA } from '../metadata-keys.ts';
import { cleanCharacters } from '../parsers/clean-text.ts';
import { isStorable } from '../sync/storable.ts';
import { type BatchFile, batchFileSchema, type FileContent } from './contract.ts';
import { transformationFailed } from './transformation-failed.ts';

/** Which chunk of the input a content is; kept by a function, it keeps the chunk's page, heading, parent and cells. */
const CHUNK_KEY = 'x-loam-chunk';
const CONTENTS_A_FILE = 500;
const CHARACTERS_A_FILE = 4_000_000;
const LONGEST_KEY = 200;
const MOST_CHUNKS = 200_000;

/** Chunks as the files that a function reads. */
export function* batchFiles(chunks: readonly ChunkDraft[]): Generator<BatchFile> {
  let contents: FileContent[] = [];
  let characters = 0;
  for (const [ordinal, chunk] of chunks.entries()) {
    const isFull = contents.length >= CONTENTS_A_FILE || characters + chunk.text.length > CHARACTERS_A_FILE;
    if (isFull && contents.length > 0) {
      yield { fileContents: contents };
      [contents, characters] = [[], 0];
    }
    contents.push(contentOf(chunk, ordinal));
    characters += chunk.text.length;
  }
  yield { fileContents: contents };
}

function contentOf({ text, page, metadata }: ChunkDraft, ordinal: number): FileContent {
  const ofPage = page === undefined ? {} : { [SYSTEM_METADATA.pageNumber]: page };
  return { contentBody: text, contentType: 'TEXT', contentMetadata: { ...metadata, ...ofPage, [CHUNK_KEY]: ordinal } };
}

/**
 * The chunks in the files that a function gave back.
 *
 * @param given the chunks that it was called with
 * @throws LoamError `transformation-failed`
 */
export function chunksOfFiles(files: readonly string[], given: readonly ChunkDraft[]): ChunkDraft[] {
  const contents = files.flatMap((file) => readFile(file).fileContents);
  if (contents.length > MOST_CHUNKS) throw transformationFailed(`it gave more than ${MOST_CHUNKS} contents`);
  const chunks = contents.flatMap(({ contentBody, contentType, contentMetadata }) => {
    if ((contentType ?? 'TEXT') !== 'TEXT') throw transformationFailed('it gave a content of another type than TEXT');
    const text = cleanCharacters(contentBody).trim();
    return text === '' ? [] : [draftOf(text, contentMetadata ?? {}, given)];
  });
  if (chunks.length === 0) throw transformationFailed('it gave no text back');
  return chunks;
}

function readFile(text: string): ReturnType<typeof batchFileSchema.parse> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw transformationFailed('one of its output files is no JSON', cause);
  }
  const parsed = batchFileSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') || 'its content';
  throw transformationFailed(
    `${where} of one of its output files is not as {"fileContents": [{"contentBody", "contentType", "contentMetadata"}]} has it`,
  );
}

function draftOf(
  text: string,
  { [CHUNK_KEY]: ordinal, [SYSTEM_METADATA.pageNumber]: page, ...metadata }: Readonly<Record<string, unknown>>,
  given: readonly ChunkDraft[],
): ChunkDraft {
  const { page: before, heading, parent, cells } = given[Number(ordinal ?? -1)] ?? {};
  const onPage = isPage(page) ? page : before;
  return {
    text,
    ...(onPage !== undefined && { page: onPage }),
    ...(heading !== undefined && { heading }),
    ...(parent && { parent }),
    ...(cells !== undefined && { cells }),
    metadata: readMetadata(metadata),
  };
}

function isPage(page: unknown): page is number {
  return Number.isInteger(page) && Number(page) >= 1;
}

/** @throws LoamError `transformation-failed` for a value that metadata cannot have */
export function readMetadata(given: Readonly<Record<string, unknown>>): Metadata {
  const entries = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  const bad = entries.find(
    ([key, value]) => key === '' || key.length > LONGEST_KEY || !isStorable(key) || !isMetadataValue(value),
  );
  if (!bad) return Object.fromEntries(entries) as Metadata;
  const allowed = 'a string, a finite number, a boolean or a list of strings, under a key of 1 to 200 characters';
  throw transformationFailed(`the metadata ${bad[0].slice(0, LONGEST_KEY)} that it gave is not ${allowed}`);
}

function isMetadataValue(value: unknown): value is MetadataValue {
  if (Array.isArray(value)) return value.every(isText);
  return isText(value) || typeof value === 'boolean' || Number.isFinite(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && isStorable(value);
}

/** What an object store says of a file that a function names and did not write. */
export function missingFile(error: unknown): unknown {
  const isMissing = error instanceof LoamError && error.kind === 'not-found';
  return isMissing ? transformationFailed('it names an output file that is not there', error) : error;
}
