import type { Scope } from '../../../core/scope.ts';
import { type AnswerContext, answer } from '../answer.ts';
import type { QuestionAnswer } from './evaluate.ts';
import type { EvaluationToRun } from './run.ts';

// Whose conversations these are: nobody's, so that none can be gone on with.
const PRINCIPAL = 'evaluation';

/** Answers a question as RetrieveAndGenerate would, and tells whether it was answered and what of it no source supports. */
export function answerForEvaluation(
  context: AnswerContext,
  scope: Scope,
  { knowledgeBaseId, answerModelId: modelId, visible }: EvaluationToRun & { answerModelId: string },
): (question: string, signal: AbortSignal) => Promise<QuestionAnswer> {
  return async (question, signal) => {
    const source = { type: 'knowledge-base' as const, knowledgeBaseId, visible };
    const request = { source, modelId, question, principalId: PRINCIPAL };
    const { events } = await answer(context, scope, request, signal);
    let [answered, unsupportedSentences] = [false, 0];
    for await (const event of events) {
      if (event.type === 'checked') ({ answered, unsupported: unsupportedSentences } = event.checked);
    }
    return { answered, unsupportedSentences };
  };
}
