import type { RetrieveExplanation } from '../systems/knowledge/index.ts';

type Clause = NonNullable<RetrieveExplanation['clause']>;

const SHOWN = 100;
const INDENT = '  ';

/** Why a question got its passages, for a terminal. */
export function explanationText(explanation: RetrieveExplanation): string {
  const { chunks, passed, requested, returned, store, reasons, clause, implicitFilter, results } = explanation;
  return [
    `${returned} of ${requested} results; ${passed} of ${chunks} passages pass the filter`,
    store.reason,
    ...reasons.map(({ code, sentence }) => `${INDENT}${code}: ${sentence}`),
    ...(implicitFilter === undefined ? [] : [`taken from the question: ${implicitFilter}`]),
    ...(clause ? ['', 'clause, passing alone and together with those before it', ...clauseLines(clause)] : []),
    ...keyLines(explanation),
    ...(results.length > 0 ? ['', 'rank  score   words  vectors'] : []),
    ...results.flatMap(resultLines),
  ].join('\n');
}

function clauseLines(clause: Clause, depth = 1): string[] {
  const counts = `${String(clause.alone).padStart(7)} ${String(clause.together).padStart(7)}`;
  const name = clause.clauses.length > 0 ? clause.filter.operator : clause.text;
  const problem = clause.problem ? [`${' '.repeat(17)}${INDENT.repeat(depth)}${clause.problem.sentence}`] : [];
  const inner = clause.clauses.flatMap((one) => clauseLines(one, depth + 1));
  return [`${counts}  ${INDENT.repeat(depth - 1)}${name}`, ...problem, ...inner];
}

function keyLines({ clause, keys }: RetrieveExplanation): string[] {
  if (!clause) return [];
  const lines = keys.flatMap(({ key, types }) =>
    types.map(({ type, chunks, values, samples }) => {
      const shown = samples.map((value) => JSON.stringify(value)).join(', ');
      return `${INDENT}${key} ${type} in ${chunks} passages, ${values} values: ${shown}`.slice(0, SHOWN * 2);
    }),
  );
  return ['', 'keys', ...lines];
}

function resultLines(result: RetrieveExplanation['results'][number]): string[] {
  const { rank, score, lexical, vector, uri, text, parts } = result;
  const numbers = [score.toFixed(4), lexical.toFixed(2).padStart(7), vector.toFixed(2).padStart(7)].join(' ');
  const signals = Object.entries(parts).map(([signal, part]) => `${signal} ${(part ?? 0).toFixed(2)}`);
  return [
    `${String(rank).padStart(4)}  ${numbers}  ${uri}`,
    `${INDENT.repeat(3)}${signals.join(', ')}`,
    `${INDENT.repeat(3)}${text.replace(/\s+/g, ' ').slice(0, SHOWN)}`,
  ];
}
