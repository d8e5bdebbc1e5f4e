import type { TokenEncoder } from '../../segments/contract.ts';
import type { Embeddings } from '../contract.ts';
import { embedTexts } from './static-embedder.ts';
import { loadTokenEncoder } from './token-encoder.ts';

// Read once a worker: the tables are 8 MB, and only ever read.
let encoder: TokenEncoder | undefined;

export function run(texts: readonly string[]): Embeddings {
  encoder ??= loadTokenEncoder();
  return embedTexts(encoder, texts);
}
