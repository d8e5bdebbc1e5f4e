import { LoamError } from '../../core/errors.ts';
import type { TokenEncoder } from '../../segments/contract.ts';
import type { WorkerPool, WorkerTask } from '../../workers/contract.ts';
import { taskFile } from '../../workers/task-file.ts';
import type { GenerateEvent, GenerateRequest, GenerateResult, GenerationProvider } from '../contract.ts';
import { EMBEDDED_PROVIDER, EXTRACTIVE_MODEL } from '../model-rules.ts';
import { createPromptAnswerer, type PromptInput } from './answer-prompt.ts';

/** About 250,000 tokens. */
const MAX_CHARACTERS = 1_000_000;
// About 30 ms of work: more goes to a worker, so that nobody else waits for it.
const IN_PLACE_CHARACTERS = 20_000;
const LIMITS = { timeoutMs: 60_000, memoryMb: 512 };
const TASK: WorkerTask<PromptInput, GenerateResult> = {
  name: 'Finding an answer',
  file: taskFile(import.meta.url, './answer-prompt.task.ts'),
};

/** The embedded answerer: it quotes the sentences that answer the question, and says so when there are none. */
export function createExtractiveAnswerer(encoder: TokenEncoder, workers: WorkerPool | undefined): GenerationProvider {
  const answerHere = createPromptAnswerer(encoder);
  const answer = (request: GenerateRequest): Promise<GenerateResult> | GenerateResult => {
    const { signal, ...input } = request;
    const characters = charactersOf(input);
    if (characters > MAX_CHARACTERS) {
      throw new LoamError('model-input-too-long', {
        label: `${EMBEDDED_PROVIDER}/${EXTRACTIVE_MODEL}`,
        limit: MAX_CHARACTERS,
      });
    }
    if (!workers || characters <= IN_PLACE_CHARACTERS) return answerHere(input);
    return workers.run(TASK, input, { limits: LIMITS, signal });
  };
  return {
    kind: 'generation',
    provider: EMBEDDED_PROVIDER,
    model: EXTRACTIVE_MODEL,
    cites: true,
    takesFields: false,
    async *doGenerate(request): AsyncGenerator<GenerateEvent> {
      request.signal.throwIfAborted();
      const { text, ...finish } = await answer(request);
      for (const word of text.match(/\s*\S+\s*$|\s*\S+/g) ?? []) yield { type: 'text-delta', text: word };
      yield { type: 'finish', ...finish };
    },
  };
}

function charactersOf({ messages, system = '', passages = [], question = '' }: PromptInput): number {
  const texts = [
    system,
    question,
    ...messages.map((message) => message.text),
    ...passages.map((passage) => passage.text),
  ];
  return texts.reduce((sum, text) => sum + text.length, 0);
}
