import type { TokenEncoder } from '../../../segments/contract.ts';
import type { WorkerPool, WorkerTask } from '../../../workers/contract.ts';
import { taskFile } from '../../../workers/task-file.ts';
import {
  createSupportMeasure,
  type SentenceSupport,
  type SentenceToSupport,
  type SupportMeasure,
} from './measure-support.ts';

// About 20 ms of work: more goes to a worker, so that nobody else waits for it.
const IN_PLACE_CHARACTERS = 40_000;
const LIMITS = { timeoutMs: 60_000, memoryMb: 512 };
const TASK: WorkerTask<readonly SentenceToSupport[], readonly SentenceSupport[]> = {
  name: 'Checking an answer',
  file: taskFile(import.meta.url, './measure-support.task.ts'),
};

export type MeasureSupport = (
  sentences: readonly SentenceToSupport[],
  signal: AbortSignal,
) => Promise<readonly SentenceSupport[]>;

/** The measure of support, in place for a little text and in a worker for more. The encoder is read on first use. */
export function createSupportModel(encoder: () => TokenEncoder, workers: WorkerPool | undefined): MeasureSupport {
  let measureHere: SupportMeasure | undefined;
  return async (sentences, signal) => {
    signal.throwIfAborted();
    if (workers && charactersOf(sentences) > IN_PLACE_CHARACTERS) {
      return workers.run(TASK, sentences, { limits: LIMITS, signal });
    }
    measureHere ??= createSupportMeasure(encoder());
    return measureHere(sentences);
  };
}

/** Every sentence is held against every text of its sources. */
function charactersOf(sentences: readonly SentenceToSupport[]): number {
  return sentences.reduce(
    (sum, { text, sources }) => sum + text.length + sources.reduce((all, source) => all + source.length, 0),
    0,
  );
}
