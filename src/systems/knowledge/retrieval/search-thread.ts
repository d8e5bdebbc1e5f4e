import { Worker } from 'node:worker_threads';
import { LoamError } from '../../../core/errors.ts';
import type { Log } from '../../../core/log.ts';
import type { FilterExplanation, SearchResult } from '../../../segments/index.ts';
import { type Outcome, taskFile, unwrap } from '../../../workers/index.ts';
import type {
  ExplainQuery,
  IndexToOpen,
  OpenedIndex,
  ThreadQuery,
  ThreadReply,
  ThreadRequest,
} from './search-protocol.ts';

/** A thread that searches, so that the event loop does not. It starts with the first request. */
export interface SearchThread {
  open(index: IndexToOpen): Promise<OpenedIndex>;
  search(name: string, query: ThreadQuery, signal: AbortSignal): Promise<SearchResult>;
  explain(name: string, query: ExplainQuery, signal: AbortSignal): Promise<FilterExplanation>;
  close(name: string): Promise<void>;
  /** Ends the thread; what waits for it is rejected. It starts again with the next request, with nothing open. */
  end(): Promise<void>;
}

const TASK = 'A search';
const HEAP_MB = 4_096;

interface Waiting {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

interface Running {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

/** @param onLost is called when the thread ended by itself: whatever was open in it no longer is */
export function createSearchThread({ log, onLost }: { log: Log; onLost: () => void }): SearchThread {
  let running: Running | undefined;
  let numbers = 0;

  const start = (): Running => {
    const started = startWorker((reason) => {
      if (running !== started) return;
      running = undefined;
      log.error({ reason }, 'A search thread ended; the next search starts another one');
      onLost();
    });
    return started;
  };

  const request = async (message: ThreadRequest): Promise<unknown> => {
    running ??= start();
    const { worker, waiting } = running;
    numbers += 1;
    const number = numbers;
    const outcome = await new Promise<Outcome>((resolve, reject) => {
      waiting.set(number, { resolve, reject });
      worker.postMessage({ ...message, number });
    });
    return unwrap(outcome, TASK);
  };

  return {
    open: async (index) => (await request({ kind: 'open', index })) as OpenedIndex,
    search: async (name, query, signal) =>
      (await unlessAborted(request({ kind: 'search', name, query }), signal)) as SearchResult,
    explain: async (name, query, signal) =>
      (await unlessAborted(request({ kind: 'explain', name, query }), signal)) as FilterExplanation,
    close: async (name) => {
      if (running) await request({ kind: 'close', name });
    },
    end: async () => {
      const ended = running;
      running = undefined;
      await ended?.worker.terminate();
    },
  };
}

function startWorker(onExit: (reason: string) => void): Running {
  const waiting = new Map<number, Waiting>();
  const worker = new Worker(taskFile(import.meta.url, './search-thread-entry.ts'), {
    argv: [],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  let failure = '';
  worker.on('message', ({ number, outcome }: ThreadReply) => {
    waiting.get(number)?.resolve(outcome);
    waiting.delete(number);
  });
  worker.on('error', (error) => {
    failure = String(error);
  });
  worker.on('exit', (code) => {
    const error = new LoamError('work-failed', { task: TASK, reason: 'its thread ended' });
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    onExit(failure || `exit code ${code}`);
  });
  // A process that is done does not wait for it.
  worker.unref();
  return { worker, waiting };
}

/** The thread finishes a search that nobody waits for any more; it takes milliseconds. */
function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
