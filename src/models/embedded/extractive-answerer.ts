import type { TokenEncoder } from '../../segments/contract.ts';
import type { WorkerPool, WorkerTask } from '../../workers/contract.ts';
import { taskFile } from '../../workers/task-file.ts';
import type { GenerateEvent, GenerateRequest, GenerationProvider } from '../contract.ts';
import { EMBEDDED_PROVIDER, EXTRACTIVE_MODEL } from '../model-rules.ts';
import { createAnswerExtractor, type ExtractedAnswer, type ExtractionInput } from './answer/extract-answer.ts';
import { limitAnswer } from './answer/limit-answer.ts';
import { type ReadPrompt, readPrompt } from './answer/read-prompt.ts';

// About 20 ms of work: more goes to a worker, so that nobody else waits for it.
const IN_PLACE_CHARACTERS = 20_000;
const LIMITS = { timeoutMs: 60_000, memoryMb: 384 };
const TASK: WorkerTask<ExtractionInput, ExtractedAnswer> = {
  name: 'Finding an answer',
  file: taskFile(import.meta.url, './extract-answer.task.ts'),
};

const SAYINGS = {
  notRetrieved: 'Sorry, I could not find an exact answer to the question in the search results.',
  notInContext: "I don't know: I could not find the answer to this question in the given context.",
  noContext:
    "I don't know. I am Loam's embedded extractive model: I quote answers from the context that a prompt gives, and this prompt gives none.",
};

/** The embedded answerer: it quotes the sentences that answer the question, and says so when there are none. */
export function createExtractiveAnswerer(encoder: TokenEncoder, workers: WorkerPool | undefined): GenerationProvider {
  const extractHere = createAnswerExtractor(encoder);
  const extract = (input: ExtractionInput, signal: AbortSignal): Promise<ExtractedAnswer> | ExtractedAnswer => {
    const characters = input.passages.reduce((sum, passage) => sum + passage.text.length, input.question.length);
    if (!workers || characters <= IN_PLACE_CHARACTERS) return extractHere(input);
    return workers.run(TASK, input, { limits: LIMITS, signal });
  };
  const countTokens = (text: string): number => encoder.tokenize(text).length;
  return {
    kind: 'generation',
    provider: EMBEDDED_PROVIDER,
    model: EXTRACTIVE_MODEL,
    cites: true,
    async *doGenerate(request): AsyncGenerator<GenerateEvent> {
      request.signal.throwIfAborted();
      const prompt = readPrompt(request);
      const found = prompt.passages.length === 0 ? { text: '', citations: [] } : await extract(prompt, request.signal);
      const answer = found.text === '' ? { text: sayingFor(prompt), citations: [] } : found;
      const { text, citations, ...end } = limitAnswer(answer, request, countTokens);
      for (const piece of text.match(/\S+\s*|\s+/g) ?? []) yield { type: 'text-delta', text: piece };
      const usage = { inputTokens: inputTokensOf(request, countTokens), outputTokens: countTokens(text) };
      yield { type: 'finish', ...end, usage, citations };
    },
  };
}

function sayingFor({ passages, retrieved }: ReadPrompt): string {
  if (retrieved) return SAYINGS.notRetrieved;
  return passages.length === 0 ? SAYINGS.noContext : SAYINGS.notInContext;
}

function inputTokensOf({ system = '', messages }: GenerateRequest, countTokens: (text: string) => number): number {
  return messages.reduce((sum, message) => sum + countTokens(message.text), countTokens(system));
}
