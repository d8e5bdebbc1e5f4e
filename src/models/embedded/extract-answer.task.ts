import {
  type AnswerExtractor,
  createAnswerExtractor,
  type ExtractedAnswer,
  type ExtractionInput,
} from './answer/extract-answer.ts';
import { loadTokenEncoder } from './token-encoder.ts';

// Made once a worker: it keeps the vectors of words.
let extract: AnswerExtractor | undefined;

export function run(input: ExtractionInput): ExtractedAnswer {
  extract ??= createAnswerExtractor(loadTokenEncoder());
  return extract(input);
}
