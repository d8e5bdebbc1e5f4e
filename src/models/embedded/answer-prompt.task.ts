import type { GenerateResult } from '../contract.ts';
import { createPromptAnswerer, type PromptAnswerer, type PromptInput } from './answer-prompt.ts';
import { loadTokenEncoder } from './token-encoder.ts';

// Made once a worker: it keeps the vectors of words.
let answer: PromptAnswerer | undefined;

export function run(input: PromptInput): GenerateResult {
  answer ??= createPromptAnswerer(loadTokenEncoder());
  return answer(input);
}
