import type {
  EvaluationQuestion,
  EvaluationSummary,
  ExpectedDocument,
  QuestionResult,
  RetrievedPlace,
} from './contract.ts';

/**
 * The rank of the first expected passage and the nDCG of a ranking (Järvelin and Kekäläinen 2002, binary gains): each
 * expected document counts once, where it comes first.
 *
 * @example rankPlaces([{ document: 'a.pdf', page: 3 }], [{ uri: 's3://b/x.pdf' }, { uri: 's3://b/a.pdf', page: 3 }]) // rank 2, ndcg .63
 */
export function rankPlaces(
  expected: readonly ExpectedDocument[],
  retrieved: readonly RetrievedPlace[],
): { rank: number | null; ndcg: number } {
  const left = new Set(expected);
  let first: number | null = null;
  let gain = 0;
  for (const [at, place] of retrieved.entries()) {
    const found = [...left].find((one) => isPlace(one, place));
    if (!found) continue;
    left.delete(found);
    first ??= at + 1;
    gain += discount(at);
  }
  return { rank: first, ndcg: gain / idealGain(Math.min(expected.length, retrieved.length) || 1) };
}

function isPlace({ document, page }: ExpectedDocument, { uri, page: retrieved }: RetrievedPlace): boolean {
  const isDocument = uri === document || keyOf(uri) === document;
  return isDocument && (page === undefined || page === retrieved);
}

function keyOf(uri: string): string {
  return uri.replace(/^s3:\/\/[^/]*\//, '');
}

function discount(at: number): number {
  return 1 / Math.log2(at + 2);
}

function idealGain(documents: number): number {
  let sum = 0;
  for (let at = 0; at < documents; at += 1) sum += discount(at);
  return sum;
}

/** The figures of a run, from what became of each question. */
export function summarize(
  questions: readonly EvaluationQuestion[],
  results: readonly QuestionResult[],
): EvaluationSummary {
  const ranked = results.filter(({ rank }) => rank !== undefined);
  const summary = {
    questions: results.length,
    hitRate: share(ranked, ({ rank }) => typeof rank === 'number'),
    ndcg: ranked.length === 0 ? 1 : ranked.reduce((sum, { ndcg = 0 }) => sum + ndcg, 0) / ranked.length,
  };
  if (results.every(({ answered }) => answered === undefined)) return summary;
  const isAnswerable = (_: QuestionResult, at: number): boolean => (questions[at]?.expected.length ?? 0) > 0;
  return {
    ...summary,
    answers: {
      answeredOfAnswerable: share(results.filter(isAnswerable), ({ answered }) => answered === true),
      refusedOfUnanswerable: share(
        results.filter((result, at) => !isAnswerable(result, at)),
        ({ answered }) => answered === false,
      ),
      unsupportedSentences: results.reduce((sum, { unsupportedSentences = 0 }) => sum + unsupportedSentences, 0),
    },
  };
}

function share(results: readonly QuestionResult[], holds: (result: QuestionResult) => boolean): number {
  return results.length === 0 ? 1 : results.filter(holds).length / results.length;
}

/** A question that is worse off than it was. */
export type BrokenQuestion = QuestionResult & { readonly was: QuestionResult | undefined };

// Sums of the same numbers in another order differ by less.
const ROUNDING = 1e-9;

/** Whether a figure is lower than another by more than a tolerance. */
export function falls(before: number, after: number, tolerance = 0): boolean {
  return after < before - tolerance - ROUNDING;
}

/** The questions that one run found and the other does not, or finds at a lower rank with a lower nDCG. */
export function brokenQuestions(before: readonly QuestionResult[], after: readonly QuestionResult[]): BrokenQuestion[] {
  return after.flatMap((result, at) => {
    const was = before[at];
    return falls(was?.ndcg ?? 0, result.ndcg ?? 0) ? [{ ...result, was }] : [];
  });
}
