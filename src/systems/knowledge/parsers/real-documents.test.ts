// The parsers on real files, many of them odd or broken on purpose. They are read where they lie, never copied.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLoamError } from '../../../core/errors.ts';
import { createWorkerPool, taskFile } from '../../../workers/index.ts';
import { type ReadDocument, readDocument } from './read-document.ts';

const folder = fileURLToPath(new URL('../../../../../shared/data/documents/', import.meta.url));
const isPresent = existsSync(folder) && existsSync(fileURLToPath(taskFile(import.meta.url, './read-document.task.ts')));
if (!isPresent)
  process.stderr.write(
    'The parsers are not tested on real documents: ../shared/data/documents or the build is missing.\n',
  );

/** Bars: the share of files with text that are read; the words that pdftotext finds and we do as well. */
const LEAST_READ = 0.97;
const LEAST_RECALL = 0.93;
const LEAST_WORDS = 20;

/** Files that no reader finds text in, and why ours is right to refuse them. */
const WITHOUT_TEXT: Readonly<Record<string, string>> = {
  'docling__ocr_test.pdf': 'images-only',
  'pypdf-samples__cmyk-image.pdf': 'images-only',
  'pdfjs__operator_list_cycle.pdf': 'images-only',
  'pdfjs__PDFBOX-4352-0.pdf': 'no-text',
  'pdfjs__empty_protected.pdf': 'no-text',
  'pdfjs__issue15590.pdf': 'no-text',
  'pdfjs__poppler-85140-0.pdf': 'no-text',
  'pdfjs__poppler-937-0-fuzzed.pdf': 'no-text',
  'tika__testPDF_malformedXFA.pdf': 'no-text',
  'pdfjs__REDHAT-1531897-0.pdf': 'damaged',
  'pdfjs__bug1020226.pdf': 'damaged',
  'pdfjs__poppler-742-0-fuzzed.pdf': 'damaged',
  'pdfjs__poppler-395-0-fuzzed.pdf': 'no-pages',
};

interface Outcome {
  readonly name: string;
  readonly path: string;
  readonly isLocked: boolean;
  readonly document?: ReadDocument;
  /** Why it was refused. */
  readonly problem?: string;
}

const pool = createWorkerPool({ concurrency: 2 });
afterAll(() => pool.close());

async function readFolder(extension: string): Promise<Outcome[]> {
  const manifest = readFileSync(`${folder}manifest.csv`, 'utf8').split('\n');
  const locked = new Set(manifest.filter((row) => row.includes(',password-required,')).map((row) => row.split(',')[0]));
  const names = readdirSync(folder + extension);
  return Promise.all(
    names.map(async (name): Promise<Outcome> => {
      const file = { name, path: `${folder}${extension}/${name}`, isLocked: locked.has(`${extension}/${name}`) };
      try {
        return { ...file, document: await readDocument(pool, { content: { path: file.path }, name }) };
      } catch (error) {
        if (!isLoamError(error, 'document-unreadable')) throw error;
        return { ...file, problem: error.details.problem };
      }
    }),
  );
}

function wordsOf(text: string): Map<string, number> {
  const words = new Map<string, number>();
  for (const [word] of text
    .normalize('NFKC')
    .toLowerCase()
    .matchAll(/[\p{L}\p{N}]+/gu)) {
    words.set(word, (words.get(word) ?? 0) + 1);
  }
  return words;
}

const total = (words: ReadonlyMap<string, number>): number =>
  [...words.values()].reduce((sum, count) => sum + count, 0);

const texts = new Map<string, string | undefined>();

/** undefined where pdftotext is not installed or fails. */
function textByPdftotext(path: string): string | undefined {
  if (!texts.has(path)) texts.set(path, runPdftotext(path));
  return texts.get(path);
}

function runPdftotext(path: string): string | undefined {
  const { status, stdout } = spawnSync('pdftotext', ['-enc', 'UTF-8', path, '-'], {
    maxBuffer: 2 ** 28,
    timeout: 60_000,
  });
  return status === 0 ? stdout.toString('utf8') : undefined;
}

describe.skipIf(!isPresent)('real documents', () => {
  let pdfs: Outcome[] = [];
  beforeAll(async () => {
    pdfs = await readFolder('pdf');
  }, 300_000);

  it('reads the PDF files or says truly why not', () => {
    const refused: string[] = [];
    let readable = 0;
    for (const { name, isLocked, document, problem } of pdfs) {
      const expected = isLocked ? 'encrypted' : WITHOUT_TEXT[name];
      if (expected) expect([name, problem]).toEqual([name, expected]);
      else readable += 1;
      if (!expected && !document) refused.push(`${name}: ${problem}`);
    }
    expect(readable).toBeGreaterThan(0);
    expect(refused.length, refused.join(', ')).toBeLessThanOrEqual((1 - LEAST_READ) * readable);
  });

  it('finds the words that pdftotext finds', () => {
    const recalls = pdfs.flatMap(({ path, document }) => {
      const text = document && textByPdftotext(path);
      const words = wordsOf(text ?? '');
      if (!document || total(words) < LEAST_WORDS) return [];
      const ours = wordsOf(document.chunks.map((chunk) => chunk.text).join('\n'));
      const found = [...words].reduce((sum, [word, count]) => sum + Math.min(count, ours.get(word) ?? 0), 0);
      return [found / total(words)];
    });
    const recall = recalls.reduce((sum, one) => sum + one, 0) / recalls.length;
    if (recalls.length === 0)
      process.stderr.write('pdftotext is not installed: the recall of words is not measured.\n');
    else {
      process.stderr.write(`Words of pdftotext found: ${recall.toFixed(3)} over ${recalls.length} files.\n`);
      expect(recall).toBeGreaterThanOrEqual(LEAST_RECALL);
    }
  }, 300_000);

  it('has the text of every page of the clinical documents in its chunks', () => {
    const clinical = pdfs.filter(({ name }) => name.startsWith('clinical__'));
    expect(clinical.length).toBeGreaterThan(0);
    for (const { name, path, document } of clinical) {
      const pages = new Set(document?.chunks.map(({ page }) => page));
      const pageTexts = textByPdftotext(path)?.split('\f') ?? [];
      const missing = pageTexts.flatMap((text, index) =>
        /\p{L}{2}/u.test(text) && !pages.has(index + 1) ? [index + 1] : [],
      );
      expect([name, missing]).toEqual([name, []]);
    }
  }, 300_000);

  it('reads every HTML file', async () => {
    const outcomes = await readFolder('html');
    expect(outcomes.length).toBeGreaterThan(0);
    expect(outcomes.filter(({ document }) => !document)).toEqual([]);
  }, 120_000);
});
