import type { TokenEncoder } from '../../segments/contract.ts';
import type { RerankScores } from '../contract.ts';
import { rerankTexts, type TextsToRerank } from './rerank-texts.ts';
import { loadTokenEncoder } from './token-encoder.ts';

// Read once a worker: the tables are 8 MB, and only ever read.
let encoder: TokenEncoder | undefined;

export function run(texts: TextsToRerank): Promise<RerankScores> {
  encoder ??= loadTokenEncoder();
  return rerankTexts(encoder, texts);
}
