import { readFile } from 'node:fs/promises';
import { estimateTokens } from '../../../core/tokens.ts';
import { prepareChunker } from '../chunkers/index.ts';
import { chooseParser } from './choose-parser.ts';
import { PARSERS } from './index.ts';
import type { DocumentToRead, ReadDocument } from './read-document.ts';
import { unreadable } from './unreadable.ts';

const MAX_CHARACTERS = 64_000_000;

/** In the worker: bytes in, chunks out, so that the text of a document crosses the border once. */
export async function run(document: DocumentToRead): Promise<ReadDocument> {
  const { content, chunking, ...context } = document;
  const chunk = prepareChunker(chunking);
  const bytes = 'bytes' in content ? content.bytes : await readFile(content.path);
  const parser = chooseParser(PARSERS, bytes, context);
  const { blocks, title, pages } = await parser.parse(bytes, context);
  const characters = blocks.reduce((sum, block) => sum + block.text.length, 0);
  if (characters === 0) throw unreadable('no-text');
  if (characters > MAX_CHARACTERS) throw unreadable('too-much-text');
  const chunks = await chunk({ blocks }, { countTokens: estimateTokens });
  return {
    format: parser.name,
    ...(title !== undefined && { title }),
    ...(pages !== undefined && { pages }),
    chunks,
    characters,
  };
}
