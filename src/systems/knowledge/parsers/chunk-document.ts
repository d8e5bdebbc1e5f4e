import type { ChunkingConfiguration } from '@aws-sdk/client-bedrock-agent';
import { estimateTokens } from '../../../core/tokens.ts';
import type { ChunkTools, Compared } from '../chunkers/contract.ts';
import { createTokenCounter, rememberWords } from '../chunkers/count-tokens.ts';
import { type PreparedChunker, prepareChunker } from '../chunkers/index.ts';
import { tokenDistances } from '../chunkers/token-distances.ts';
import type { Embedding } from '../indexing/embedding.ts';
import { encoderOf, loadedEncoder } from '../indexing/worker-encoder.ts';
import type { DocumentTables } from '../table-answers/contract.ts';
import type { ParsedDocument } from './contract.ts';
import type { ReadDocument } from './read-document.ts';

/** How a document is to be cut. */
export interface Cutting {
  /** The data source's own; absent: default chunking. */
  readonly chunking?: ChunkingConfiguration;
  /** Of the knowledge base; absent: tokens are estimated, and nothing can be compared. */
  readonly embedding?: Embedding;
}

/** A document that was parsed, and waits for the vectors of its sentences to be made elsewhere. */
export interface UndecidedDocument {
  readonly parsed: ReadableDocument;
  readonly compared: Compared;
}

export interface ReadableDocument extends ParsedDocument {
  /** The parser's name. */
  readonly format: string;
  readonly characters: number;
  readonly tables?: DocumentTables;
}

/** In the worker: cuts a document, or asks for vectors first where only a provider elsewhere can make them. */
export async function chunkDocument(
  parsed: ReadableDocument,
  cutting: Cutting,
): Promise<ReadDocument | UndecidedDocument> {
  const chunker = prepareChunker(cutting.chunking);
  const tools = toolsFor(cutting.embedding);
  const compared = chunker.compared(parsed, tools);
  if (!compared) return cut(parsed, chunker, tools);
  if (cutting.embedding?.kind === 'outside') return { parsed, compared };
  return cut(parsed, chunker, { ...tools, distances: tokenDistances(compared, loadedEncoder()) });
}

/** In the worker: cuts a document whose sentences were compared elsewhere. */
export function chunkCompared(
  parsed: ReadableDocument,
  distances: ArrayLike<number>,
  { chunking, embedding }: Cutting,
): Promise<ReadDocument> {
  return cut(parsed, prepareChunker(chunking), { ...toolsFor(embedding), distances });
}

async function cut(
  { blocks, ...about }: ReadableDocument,
  chunker: PreparedChunker,
  tools: ChunkTools,
): Promise<ReadDocument> {
  return { ...about, chunks: await chunker.chunk({ blocks }, tools) };
}

function toolsFor(embedding: Embedding | undefined): ChunkTools {
  const encoder = embedding && encoderOf(embedding);
  return { countTokens: rememberWords(encoder?.kind === 'tokens' ? createTokenCounter(encoder) : estimateTokens) };
}
