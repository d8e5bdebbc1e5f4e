import { readFile } from 'node:fs/promises';
import { prepareChunker } from '../chunkers/index.ts';
import { collectTables } from '../table-answers/collect-tables.ts';
import { chunkDocument, type UndecidedDocument } from './chunk-document.ts';
import type { Block, ParseContext } from './contract.ts';
import { csv } from './csv.ts';
import { PARSERS } from './index.ts';
import { parseDocument } from './parse-document.ts';
import type { DocumentToRead, ReadDocument, ScannedDocument } from './read-document.ts';
import { type RecordStructure, readRecords } from './records.ts';
import { unreadable } from './unreadable.ts';

const MAX_CHARACTERS = 64_000_000;

/** In the worker: bytes in, chunks out, so that the text of a document crosses the border once. */
export async function run(document: DocumentToRead): Promise<ReadDocument | UndecidedDocument | ScannedDocument> {
  const { content, chunking, embedding, records, ...context } = document;
  // A strategy that is not to be had is told before the work of parsing.
  prepareChunker(chunking);
  const bytes = 'bytes' in content ? content.bytes : await readFile(content.path);
  if (records) return recordsOf(bytes, records, context);
  const { scans, ...parsed } = await parseDocument(PARSERS, bytes, context);
  if (scans) return { scans };
  const tables = collectTables(parsed.blocks);
  return chunkDocument(
    {
      ...parsed,
      blocks: parsed.blocks.map(withoutValues),
      characters: charactersOf(parsed.blocks),
      ...(tables && { tables }),
    },
    { ...(chunking && { chunking }), ...(embedding && { embedding }) },
  );
}

async function recordsOf(bytes: Uint8Array, structure: RecordStructure, context: ParseContext): Promise<ReadDocument> {
  const chunks = readRecords(bytes, structure, context);
  const characters = charactersOf(chunks);
  const { blocks } = await csv.parse(bytes, context);
  // What is kept out of the metadata is not to be asked for either.
  const tables = collectTables(blocks, structure.exclude);
  return { format: 'csv', characters, chunks, ...(tables && { tables }) };
}

/** What the cells hold is of no use for chunks, and may be much. */
function withoutValues(block: Block): Block {
  if (!block.table?.values) return block;
  const { values: _, ...table } = block.table;
  return { ...block, table };
}

function charactersOf(texts: readonly { readonly text: string }[]): number {
  const characters = texts.reduce((sum, { text }) => sum + text.length, 0);
  if (characters === 0) throw unreadable('no-text');
  if (characters > MAX_CHARACTERS) throw unreadable('too-much-text');
  return characters;
}
