import type { Scope } from '../../../core/scope.ts';
import { answer } from '../answer.ts';
import type { RetrieveContext } from '../retrieve.ts';
import type { QuestionAnswer } from './evaluate.ts';
import type { EvaluationToRun } from './run.ts';

// Whose conversations these are: nobody's, so that none can be gone on with.
const PRINCIPAL = 'evaluation';

/** Answers a question as RetrieveAndGenerate would, and tells whether it was answered and what of it no source supports. */
export function answerForEvaluation(
  context: RetrieveContext,
  scope: Scope,
  { knowledgeBaseId, answerModelId: modelId, visible }: EvaluationToRun & { answerModelId: string },
): (question: string, signal: AbortSignal) => Promise<QuestionAnswer> {
  return async (question, signal) => {
    const request = { knowledgeBaseId, modelId, question, principalId: PRINCIPAL, kmsKey: undefined, visible };
    const { events } = await answer(context, scope, request, signal);
    let citations = 0;
    for await (const event of events) if (event.type === 'citation') citations += 1;
    return { answered: citations > 0, unsupportedSentences: 0 };
  };
}
