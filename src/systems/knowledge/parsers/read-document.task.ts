import { readFile } from 'node:fs/promises';
import type { ChunkDraft } from '../chunkers/contract.ts';
import { prepareChunker } from '../chunkers/index.ts';
import { chunkDocument, type UndecidedDocument } from './chunk-document.ts';
import { PARSERS } from './index.ts';
import { parseDocument } from './parse-document.ts';
import type { DocumentToRead, ReadDocument, ScannedDocument } from './read-document.ts';
import { readRecords } from './records.ts';
import { unreadable } from './unreadable.ts';

const MAX_CHARACTERS = 64_000_000;

/** In the worker: bytes in, chunks out, so that the text of a document crosses the border once. */
export async function run(document: DocumentToRead): Promise<ReadDocument | UndecidedDocument | ScannedDocument> {
  const { content, chunking, embedding, records, ...context } = document;
  // A strategy that is not to be had is told before the work of parsing.
  prepareChunker(chunking);
  const bytes = 'bytes' in content ? content.bytes : await readFile(content.path);
  if (records) return recordsOf(readRecords(bytes, records, context));
  const { scans, ...parsed } = await parseDocument(PARSERS, bytes, context);
  if (scans) return { scans };
  return chunkDocument(
    { ...parsed, characters: charactersOf(parsed.blocks) },
    { ...(chunking && { chunking }), ...(embedding && { embedding }) },
  );
}

function recordsOf(chunks: readonly ChunkDraft[]): ReadDocument {
  return { format: 'csv', characters: charactersOf(chunks), chunks };
}

function charactersOf(texts: readonly { readonly text: string }[]): number {
  const characters = texts.reduce((sum, { text }) => sum + text.length, 0);
  if (characters === 0) throw unreadable('no-text');
  if (characters > MAX_CHARACTERS) throw unreadable('too-much-text');
  return characters;
}
