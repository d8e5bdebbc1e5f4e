import { z } from 'zod';
import { LoamError } from '../../core/errors.ts';
import type { Knowledge } from '../../systems/knowledge/index.ts';
import { knowledgeBaseReads } from './knowledge-base-reads.ts';
import { type LoamOperation, loamOperation, scopesIn } from './operation.ts';

const name = z.string().regex(/^[0-9a-zA-Z][\w-]{0,99}$/, 'letters, digits, _ and -, at most 100');
const named = z.strictObject({ knowledgeBaseId: z.string(), name });
const expected = z.strictObject({ document: z.string().min(1).max(2048), page: z.number().int().min(1).optional() });
const evaluation = named.extend({
  questions: z
    .array(z.strictObject({ question: z.string().trim().min(1).max(1000), expected: z.array(expected).max(100) }))
    .min(1)
    .max(1000),
  results: z.number().int().min(1).max(100).default(10),
  searchType: z.enum(['hybrid', 'semantic']).default('hybrid'),
});
const MOST_RUNS = 50;

/** Saved questions of knowledge bases. They act in the caller's account and this region. */
export function evaluationOperations(
  { evaluations, retrievals }: Pick<Knowledge, 'evaluations' | 'retrievals'>,
  region: string,
): LoamOperation[] {
  const scopeOf = scopesIn(region);
  const reads = knowledgeBaseReads(retrievals, region);
  return [
    loamOperation('PutEvaluation', evaluation, async (input, caller) => {
      await evaluations.save(scopeOf(caller), input);
      return { evaluation: await evaluations.get(scopeOf(caller), input) };
    }),
    loamOperation('GetEvaluation', named, async (input, caller) => ({
      evaluation: await evaluations.get(scopeOf(caller), input),
    })),
    loamOperation('ListEvaluations', z.strictObject({ knowledgeBaseId: z.string() }), async (input, caller) => ({
      evaluations: await evaluations.list(scopeOf(caller), input.knowledgeBaseId),
    })),
    loamOperation('DeleteEvaluation', named, async (input, caller) => {
      await evaluations.delete(scopeOf(caller), input);
      return {};
    }),
    loamOperation(
      'StartEvaluation',
      named.extend({ answerModelId: z.string().optional() }),
      async (input, caller, { visible }) => ({
        runId: await evaluations.start(scopeOf(caller), { ...input, ...(visible && { visible }) }),
      }),
      // A run retrieves as whoever starts it would.
      reads('StartEvaluation'),
    ),
    loamOperation('GetEvaluationJob', z.strictObject({ runId: z.uuid() }), async ({ runId }, caller) => {
      const job = await evaluations.status(scopeOf(caller), runId);
      if (!job) throw new LoamError('resource-not-found', { type: 'evaluation run', id: runId });
      return { job };
    }),
    loamOperation(
      'ListEvaluationRuns',
      named.extend({ limit: z.number().int().min(1).max(MOST_RUNS).default(10) }),
      async (input, caller) => ({ runs: await evaluations.runs(scopeOf(caller), input) }),
    ),
  ];
}
