import { isLoamError } from '../../../core/errors.ts';
import { taskFile, type WorkerLimits, type WorkerPool, type WorkerTask } from '../../../workers/index.ts';
import type { RecognizedPage } from './contract.ts';
import type { DocumentContent } from './read-document.ts';
import type { TextRecognition } from './text-recognition.ts';

export type { RecognizedPage } from './contract.ts';

export interface PagesToRecognize {
  readonly content: DocumentContent;
  /** From 1. */
  readonly pages: readonly number[];
  readonly recognition: TextRecognition;
}

/** A page takes one to ten seconds: so many at a time keep a worker busy, and lose little when one of them is too much. */
const PAGES_AT_ONCE = 4;
const PAGE_LIMITS: WorkerLimits = { timeoutMs: PAGES_AT_ONCE * 70_000, cpuMs: 40_000, memoryMb: 768 };

const RECOGNIZE_PAGES: WorkerTask<PagesToRecognize, RecognizedPage[]> = {
  name: 'Recognising text',
  file: taskFile(import.meta.url, './recognize-pages.task.ts'),
  isolation: 'process',
};

/**
 * The text of pages that are images, page by page as asked. Pages that cannot be drawn or take too long have none.
 *
 * @throws the signal's reason when it fires
 */
export async function recognizePages(
  pool: WorkerPool,
  { pages, ...of }: PagesToRecognize,
  signal: AbortSignal | undefined,
): Promise<RecognizedPage[]> {
  const recognized: RecognizedPage[] = [];
  for (let first = 0; first < pages.length; first += PAGES_AT_ONCE) {
    const some = { ...of, pages: pages.slice(first, first + PAGES_AT_ONCE) };
    const options = { limits: PAGE_LIMITS, ...(signal && { signal }) };
    recognized.push(...(await pool.run(RECOGNIZE_PAGES, some, options).catch(noneWhereTooMuch)));
  }
  const found = new Map(recognized.map((page) => [page.number, page]));
  return pages.map((number) => found.get(number) ?? { number, width: 0, height: 0, fragments: [] });
}

function noneWhereTooMuch(error: unknown): RecognizedPage[] {
  if (isLoamError(error, 'work-timed-out') || isLoamError(error, 'work-out-of-memory')) return [];
  throw error;
}
