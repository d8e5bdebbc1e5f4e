import { readFile } from 'node:fs/promises';
import type { EvaluationRun } from '../../systems/knowledge/index.ts';
import { connect } from '../connection.ts';
import { followJob } from '../follow-job.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type Invocation, numberOption, textOption, UsageError, type Verb } from '../verb.ts';

const ANSWER_MODEL = 'anthropic.claude-v2:1';
const QUESTIONS_SHOWN = 20;

export const kbEvaluate: Verb = {
  name: 'kb evaluate',
  positionals: ['KB', 'EVALUATION'],
  summary: 'Save questions with the documents that answer them, and measure how well they are found.',
  example: 'loam kb evaluate ABCDEFGHIJ handbook --questions questions.json',
  options: {
    questions: {
      type: 'string',
      help: 'JSON file to save as this evaluation: [{"question": "…", "expected": ["key.pdf", {"document": "b.pdf", "page": 3}]}]',
    },
    results: { type: 'string', help: 'Passages per question, the k of hit rate and nDCG (10), saved with --questions' },
    answers: { type: 'boolean', help: 'Answer the questions as well, and count unsupported sentences' },
    model: { type: 'string', help: 'Model that answers', default: ANSWER_MODEL },
  },
  async run(invocation) {
    const [knowledgeBaseId, name] = invocation.positionals;
    const of = { knowledgeBaseId, name };
    await save(invocation, of);
    const answerModelId = invocation.options.answers ? textOption(invocation, 'model') : undefined;
    const run = await measure(invocation, of, answerModelId);
    invocation.output.result(run, describe(run));
    return EXIT.done;
  },
};

type Named = Readonly<{ knowledgeBaseId: string | undefined; name: string | undefined }>;

async function save(invocation: Invocation, of: Named): Promise<void> {
  const file = textOption(invocation, 'questions');
  if (file === undefined) return;
  const questions = readQuestions(file, await readFile(file, 'utf8'));
  const results = numberOption(invocation, 'results');
  await callLoam(connect(invocation), 'PutEvaluation', { ...of, questions, ...(results && { results }) });
}

function readQuestions(file: string, text: string): unknown[] {
  const value = parse(file, text);
  if (!Array.isArray(value)) throw new UsageError(`${file} holds no JSON array of questions.`);
  return value.map((item: { question?: unknown; expected?: unknown }) => {
    const expected = Array.isArray(item.expected) ? item.expected : [];
    return { ...item, expected: expected.map((one) => (typeof one === 'string' ? { document: one } : one)) };
  });
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${file} is no JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
}

async function measure(invocation: Invocation, of: Named, answerModelId: string | undefined): Promise<EvaluationRun> {
  const connection = connect(invocation);
  const started = { ...of, ...(answerModelId && { answerModelId }) };
  const { runId } = await callLoam<{ runId: string }>(connection, 'StartEvaluation', started);
  const job = await followJob(invocation, 'GetEvaluationJob', { runId }, 'Asking');
  if (job.state !== 'done') throw new Error(`The evaluation ${job.state}: ${job.reason ?? 'no reason was given'}`);
  const { runs } = await callLoam<{ runs: EvaluationRun[] }>(connection, 'ListEvaluationRuns', { ...of, limit: 50 });
  const run = runs.find(({ id }) => id === runId);
  if (!run) throw new Error(`The run ${runId} is not there any more.`);
  return run;
}

function describe({ hitRate, ndcg, answers, results }: EvaluationRun): string {
  const missed = results.filter(({ rank }) => rank === null).map(({ question }) => `  missed: ${question}`);
  return [
    `hit rate ${hitRate.toFixed(3)}, nDCG ${ndcg.toFixed(3)}, ${results.length} questions`,
    ...(answers ? [describeAnswers(answers)] : []),
    ...missed.slice(0, QUESTIONS_SHOWN),
    ...(missed.length > QUESTIONS_SHOWN ? [`  and ${missed.length - QUESTIONS_SHOWN} more`] : []),
  ].join('\n');
}

function describeAnswers(answers: NonNullable<EvaluationRun['answers']>): string {
  const { answeredOfAnswerable, refusedOfUnanswerable, unsupportedSentences } = answers;
  return `answered ${percent(answeredOfAnswerable)} of the answerable, refused ${percent(refusedOfUnanswerable)} of the others, ${unsupportedSentences} unsupported sentences`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
