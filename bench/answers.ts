// Answers over clinical-trial protocols: is the right page among the first three passages, is what can be answered answered, and
// is nothing found where the documents do not say. Questions are this project's own (clinical-questions.json), half of them in
// other words than the documents'; halves of each kind are set apart for tuning and for judging.
// node --import tsx bench/answers.ts [--verbose] [--chunks FILE]     (needs ../shared/data/documents/pdf/clinical__*)
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openKernel } from '../src/kernel/index.ts';
import { createPromptAnswerer } from '../src/models/embedded/answer-prompt.ts';
import { loadTokenEncoder } from '../src/models/embedded/token-encoder.ts';
import { addSegment, buildSegment, type Chunk, emptyManifest, openIndex } from '../src/segments/index.ts';
import { aboutPassages } from '../src/systems/knowledge/answering/about-passages.ts';
import { isRefusal } from '../src/systems/knowledge/answering/is-refusal.ts';
import { readDocument } from '../src/systems/knowledge/parsers/read-document.ts';
import { createWorkerPool } from '../src/workers/index.ts';

interface Question {
  readonly question: string;
  /** Absent where no document answers it. */
  readonly document?: string;
  readonly pages?: readonly number[];
  readonly reworded?: boolean;
  readonly split: 'tuning' | 'held-out';
}

const RESULTS = 5;
const BACKGROUND = 30;
const FIRST = 3;
const folder = fileURLToPath(new URL('../../shared/data/documents/pdf/', import.meta.url));
const questions = JSON.parse(
  readFileSync(new URL('./clinical-questions.json', import.meta.url), 'utf8'),
) as readonly Question[];
const { values: options } = parseArgs({ options: { verbose: { type: 'boolean' }, chunks: { type: 'string' } } });

/** A chunk that runs on over a page's end counts for the page that it begins on, and for the next one. */
async function readChunks(): Promise<Chunk[]> {
  if (options.chunks && existsSync(options.chunks)) return JSON.parse(readFileSync(options.chunks, 'utf8')) as Chunk[];
  const pool = createWorkerPool({ concurrency: 2 });
  // Workers do not keep a process alive by themselves.
  const alive = setInterval(() => undefined, 1_000);
  const names = readdirSync(folder).filter((name) => name.startsWith('clinical__'));
  const chunks: Chunk[] = [];
  for (const name of names) {
    const document = await readDocument(pool, { content: { path: join(folder, name) }, name });
    for (const [ordinal, { text, page, heading }] of document.chunks.entries()) {
      const title = [document.title, heading].filter(Boolean).join('\n');
      const place = { ...(page !== undefined && { page }), ...(title !== '' && { title }) };
      chunks.push({ id: `${name}:${ordinal}`, documentId: name, text, ...place, metadata: {} });
    }
  }
  await pool.close();
  clearInterval(alive);
  if (options.chunks) writeFileSync(options.chunks, JSON.stringify(chunks));
  return chunks;
}

interface Judged extends Question {
  readonly isFound: boolean;
  readonly isAnswered: boolean;
  readonly answer: string;
}

async function judge(): Promise<Judged[]> {
  const encoder = loadTokenEncoder();
  const kernel = await openKernel();
  const built = buildSegment(await readChunks(), { encoder, kernel });
  const manifest = addSegment(emptyManifest(built.embedder), { id: 'all', bytesId: 'all', built });
  const index = openIndex({ manifest, bytes: new Map([['all', new Uint8Array(built.bytes)]]), encoder, kernel });
  const answer = createPromptAnswerer(encoder);
  const judged: Judged[] = [];
  for (const question of questions) {
    const found = await index.search({ text: question.question, mode: 'hybrid', limit: BACKGROUND });
    const described = found.hits.map(({ chunk }) => ({ ...chunk, uri: chunk.documentId }));
    const hits = found.hits.slice(0, RESULTS);
    const about = aboutPassages(question.question, described.slice(0, RESULTS), described.slice(RESULTS));
    const passages = hits.map(({ chunk: { id, text } }) => ({ id, text, about: about.get(id) ?? '' }));
    const messages = [{ role: 'user' as const, text: question.question }];
    const background = described.slice(RESULTS).map(({ title = '', text }) => `${title}\n${text}`);
    const asked = { messages, question: question.question, passages, background, maxTokens: 2048 };
    const { text } = answer(asked);
    const isFound = hits
      .slice(0, FIRST)
      .some(({ chunk }) => chunk.documentId === question.document && question.pages?.includes(chunk.page ?? 0));
    judged.push({ ...question, isFound, isAnswered: !isRefusal(text), answer: text });
  }
  return judged;
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(0)} %`;

function tell(label: string, judged: readonly Judged[]): void {
  const answerable = judged.filter(({ document }) => document !== undefined);
  const others = judged.filter(({ document }) => document === undefined);
  const found = answerable.filter(({ isFound }) => isFound).length;
  const answered = answerable.filter(({ isAnswered }) => isAnswered).length;
  const withheld = others.filter(({ isAnswered }) => !isAnswered).length;
  console.log(
    `${label.padEnd(10)} right page in the first ${FIRST} ${percent(found, answerable.length)} of ${answerable.length}` +
      `, answered ${percent(answered, answerable.length)}, "could not find" ${percent(withheld, others.length)} of ${others.length}`,
  );
}

if (!existsSync(folder)) console.log('Skipped: the clinical documents are not there.');
else {
  const judged = await judge();
  for (const split of ['tuning', 'held-out'])
    tell(
      split,
      judged.filter((one) => one.split === split),
    );
  tell('all', judged);
  if (options.verbose) {
    for (const { question, document, isFound, isAnswered, answer } of judged) {
      const isRight = document === undefined ? !isAnswered : isAnswered && isFound;
      if (!isRight)
        console.log(
          `${document ? (isFound ? 'page  ' : 'NOPAGE') : 'UNANS '} ${question}\n    ${answer.slice(0, 300).replace(/\s+/g, ' ')}`,
        );
    }
  }
}
