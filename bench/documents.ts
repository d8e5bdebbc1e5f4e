// How much of real documents is read, beside other readers: files read and refused, words found and words invented (against
// what at least two readers agree on, see support/word-agreement.ts), and pages a second of PDF on one core beside Tika.
// npm run build && LOAM_BENCH_PYTHON=… LOAM_BENCH_TIKA=… taskset -c 0 node --import tsx bench/documents.ts [--files] [format …]
// --files tells each file that is refused or of which less than nine tenths are found.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isLoamError } from '../src/core/errors.ts';
import { pdf } from '../src/systems/knowledge/parsers/pdf.ts';
import { readDocument } from '../src/systems/knowledge/parsers/read-document.ts';
import { createWorkerPool } from '../src/workers/index.ts';
import { type ReferenceReader, referenceReaders } from './support/reference-readers.ts';
import { agreement, countOf, type Score, score, type Words, wordsOf } from './support/word-agreement.ts';

const folder =
  process.env.LOAM_BENCH_DOCUMENTS ?? fileURLToPath(new URL('../../shared/data/documents/', import.meta.url));
const FORMATS = ['pdf', 'docx', 'doc', 'xlsx', 'xls', 'html', 'pptx', 'odt', 'ods', 'rtf', 'epub', 'eml', 'msg'];
/** The bars: [files read, word recall, word precision]; of recall, PDF has that of the third best reader. */
const BARS: Readonly<Record<string, readonly number[]>> = {
  pdf: [0.97, 0.93, 0.95],
  doc: [0.92, 0.9, 0.95],
  docx: [0.97, 0.96, 0.95],
  xls: [0.97, 0.96, 0.95],
  xlsx: [0.97, 0.96, 0.95],
  html: [0.97, 0.98, 0.95],
};
const PAGES_A_SECOND = 60;
/** Files on whose text hardly any two readers agree measure nothing. */
const LEAST_WORDS = 10;
const TELL_BELOW = 0.9;

interface Outcome {
  readonly name: string;
  readonly words: Words;
  readonly agreed: Words;
  readonly references: ReadonlyMap<string, Words>;
  readonly reason?: string;
  readonly seconds: number;
}

const given = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const tellsFiles = process.argv.includes('--files');
const pool = createWorkerPool({ concurrency: 1 });
const readers = referenceReaders(process.env);

async function readOurs(path: string): Promise<{ text: string; reason?: string }> {
  try {
    const document = { content: { path }, name: path, chunking: { chunkingStrategy: 'NONE' as const } };
    const { chunks } = await readDocument(pool, document);
    return { text: chunks.map(({ text }) => text).join('\n') };
  } catch (error) {
    if (!isLoamError(error)) throw error;
    return { text: '', reason: error.message };
  }
}

async function readFileOf(format: string, name: string): Promise<Outcome> {
  const path = `${folder}/${format}/${name}`;
  const started = performance.now();
  const { text, ...reason } = await readOurs(path);
  const seconds = (performance.now() - started) / 1000;
  const references = new Map<string, Words>();
  for (const reader of readers.filter(({ formats }) => formats.includes(format))) {
    references.set(reader.name, wordsOf(await reader.read(path)));
  }
  return { name, words: wordsOf(text), agreed: agreement([...references.values()]), references, seconds, ...reason };
}

function meanScore(outcomes: readonly Outcome[], wordsIn: (outcome: Outcome) => Words): Score {
  const scores = outcomes.map((outcome) => score(wordsIn(outcome), outcome.agreed));
  const mean = (part: keyof Score): number => scores.reduce((sum, one) => sum + one[part], 0) / scores.length;
  return {
    recall: mean('recall'),
    precision: mean('precision'),
    setRecall: mean('setRecall'),
    setPrecision: mean('setPrecision'),
  };
}

function tellReader(name: string, { recall, precision, setRecall, setPrecision }: Score): void {
  const figures = [recall, precision, setRecall, setPrecision].map((figure) => figure.toFixed(3).padStart(9));
  console.log(`  ${name.padEnd(15)}${figures.join('')}`);
}

async function measureWords(format: string): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const name of readdirSync(`${folder}/${format}`)) outcomes.push(await readFileOf(format, name));
  // A file of which two readers agree on words holds text.
  const withText = outcomes.filter(({ agreed }) => countOf(agreed) > 0);
  const measured = outcomes.filter(({ agreed }) => countOf(agreed) >= LEAST_WORDS);
  const read = withText.filter(({ words }) => words.size > 0);
  const slowest = outcomes.reduce((one, other) => (one.seconds > other.seconds ? one : other));
  const [barRead = 0, barRecall = 0, barPrecision = 0] = BARS[format] ?? [];
  console.log(
    `\n${format}: ${outcomes.length} files; of ${withText.length} with text ${read.length} read = ` +
      `${((100 * read.length) / withText.length).toFixed(1)} % (bar ${100 * barRead} %); slowest ${slowest.seconds.toFixed(1)} s ${slowest.name}`,
  );
  console.log(
    `  words of ${measured.length} files   recall precision without repetitions (bars ${barRecall}, ${barPrecision})`,
  );
  tellReader(
    'Loam',
    meanScore(measured, ({ words }) => words),
  );
  for (const name of outcomes[0]?.references.keys() ?? []) {
    tellReader(
      name,
      meanScore(measured, ({ references }) => references.get(name) ?? new Map()),
    );
  }
  if (tellsFiles) tellFiles(outcomes);
}

function tellFiles(outcomes: readonly Outcome[]): void {
  for (const { name, reason, agreed, words } of outcomes) {
    const { recall, precision } = score(words, agreed);
    const isTold = reason !== undefined || recall < TELL_BELOW || (countOf(agreed) > 0 && precision < TELL_BELOW);
    const figures = `${recall.toFixed(3)} ${precision.toFixed(3)} of ${countOf(agreed)}`;
    if (isTold) console.log(`    ${name}: ${reason ?? ''} ${countOf(agreed) > 0 ? figures : ''}`);
  }
}

async function measureSpeed(tika: ReferenceReader | undefined): Promise<void> {
  const files = readdirSync(`${folder}/pdf`).map((name) => `${folder}/pdf/${name}`);
  const counts = new Map<string, number>();
  const readOne = async (path: string): Promise<void> => {
    const document = await pdf.parse(readFileSync(path), { name: path }).catch(ignoreUnreadable);
    counts.set(path, document?.pages ?? 0);
  };
  console.log('\nPDF, pages a second of one core');
  for (const path of files.slice(0, 2)) await readOne(path);
  const before = process.cpuUsage();
  const started = performance.now();
  for (const path of files) await readOne(path);
  const { user, system } = process.cpuUsage(before);
  const pages = [...counts.values()].reduce((sum, count) => sum + count, 0);
  tellSpeed('Loam', pages, performance.now() - started, (user + system) / 1000);
  if (!tika?.cpuMs) return;
  const readable = files.filter((path) => (counts.get(path) ?? 0) > 0);
  for (const path of readable.slice(0, 2)) await tika.read(path);
  const cpuBefore = tika.cpuMs();
  const tikaStarted = performance.now();
  for (const path of readable) await tika.read(path);
  tellSpeed('Tika', pages, performance.now() - tikaStarted, tika.cpuMs() - cpuBefore);
  console.log(`  bar: Tika's, and ${PAGES_A_SECOND}`);
}

function ignoreUnreadable(error: unknown): undefined {
  if (!isLoamError(error)) throw error;
}

function tellSpeed(name: string, pages: number, ms: number, cpuMs: number): void {
  const figures = `${((1000 * pages) / ms).toFixed(0)} by the clock, ${((1000 * pages) / cpuMs).toFixed(0)} by processor time`;
  console.log(`  ${name.padEnd(6)}${pages} pages: ${figures}`);
}

for (const format of given.length > 0 ? given : FORMATS) {
  if (existsSync(`${folder}/${format}`)) await measureWords(format);
}
if (given.length === 0 || given.includes('pdf')) await measureSpeed(readers.find(({ name }) => name === 'tika'));
for (const reader of readers) reader.close();
await pool.close();
