import { Worker } from 'node:worker_threads';
import { LoamError } from '../../../core/errors.ts';
import type { Log } from '../../../core/log.ts';
import type { SearchResult } from '../../../segments/index.ts';
import { type Outcome, taskFile, unwrap } from '../../../workers/index.ts';
import type { IndexToOpen, OpenedIndex, ThreadQuery, ThreadReply, ThreadRequest } from './search-protocol.ts';

/** The thread that searches, so that the event loop does not. It starts with the first request. */
export interface SearchThread {
  open(index: IndexToOpen): Promise<OpenedIndex>;
  search(name: string, query: ThreadQuery, signal: AbortSignal): Promise<SearchResult>;
  close(name: string): Promise<void>;
  /** Ends the thread; it starts again with the next request, with nothing open. */
  end(): Promise<void>;
}

const TASK = 'A search';
const HEAP_MB = 4_096;

interface Waiting {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/** @param onLost is called when the thread ended by itself: whatever was open no longer is */
export function createSearchThread({ log, onLost }: { log: Log; onLost: () => void }): SearchThread {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let numbers = 0;

  const lose = (worker: Worker, reason: string): void => {
    if (thread !== worker) return;
    thread = undefined;
    log.error({ reason }, 'The search thread ended; the next search starts another one');
    onLost();
    const error = new LoamError('work-failed', { task: TASK, reason: 'its thread ended' });
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };

  const start = (): Worker => {
    const worker = new Worker(taskFile(import.meta.url, './search-thread-entry.ts'), {
      argv: [],
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    worker.on('message', ({ number, outcome }: ThreadReply) => {
      waiting.get(number)?.resolve(outcome);
      waiting.delete(number);
    });
    worker.on('error', (error) => lose(worker, String(error)));
    worker.on('exit', (code) => lose(worker, `exit code ${code}`));
    // A server that stops does not wait for it.
    worker.unref();
    return worker;
  };

  const request = async (message: ThreadRequest): Promise<unknown> => {
    thread ??= start();
    const worker = thread;
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
    close: async (name) => {
      if (thread) await request({ kind: 'close', name });
    },
    end: async () => {
      const worker = thread;
      thread = undefined;
      await worker?.terminate();
    },
  };
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
