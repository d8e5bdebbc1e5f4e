import type { TokenEncoder } from '../../segments/contract.ts';
import type { GenerateRequest, GenerateResult } from '../contract.ts';
import { createAnswerExtractor, type ExtractedAnswer } from './answer/extract-answer.ts';
import { limitAnswer } from './answer/limit-answer.ts';
import { type ReadPrompt, readPrompt } from './answer/read-prompt.ts';

/** What an answer depends on; it can be sent to a worker. */
export type PromptInput = Pick<
  GenerateRequest,
  'messages' | 'system' | 'passages' | 'question' | 'background' | 'maxTokens' | 'stopSequences'
>;

export type PromptAnswerer = (input: PromptInput) => GenerateResult;

const SAYINGS = {
  notRetrieved: 'Sorry, I could not find an exact answer to the question in the search results.',
  notInContext: "I don't know: I could not find the answer to this question in the given context.",
  noContext:
    "I don't know. I am Loam's embedded extractive model: I quote answers from the context that a prompt gives, and this prompt gives none.",
};
const NOTHING: ExtractedAnswer = { text: '', citations: [] };

/** Answers a prompt in the words of its own context, or says that it cannot. Pure: the same input, the same answer. */
export function createPromptAnswerer(encoder: TokenEncoder): PromptAnswerer {
  const extract = createAnswerExtractor(encoder);
  const countTokens = (text: string): number => encoder.tokenize(text).length;
  return (input) => {
    const prompt = readPrompt(input);
    const { background } = input;
    const found = prompt.passages.length === 0 ? NOTHING : extract({ ...prompt, ...(background && { background }) });
    const limited = limitAnswer(
      found.text === '' ? { ...NOTHING, text: sayingFor(prompt) } : found,
      input,
      countTokens,
    );
    const inputTokens = input.messages.reduce(
      (sum, message) => sum + countTokens(message.text),
      countTokens(input.system ?? ''),
    );
    return { ...limited, usage: { inputTokens, outputTokens: countTokens(limited.text) } };
  };
}

function sayingFor({ passages, retrieved }: ReadPrompt): string {
  if (retrieved) return SAYINGS.notRetrieved;
  return passages.length === 0 ? SAYINGS.noContext : SAYINGS.notInContext;
}
