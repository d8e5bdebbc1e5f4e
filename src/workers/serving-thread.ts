import { parentPort, Worker } from 'node:worker_threads';
import { LoamError } from '../core/errors.ts';
import { describeFailure, type Outcome, unwrap } from './outcome.ts';

/** A thread of its own that keeps something open and answers requests about it. It starts with the first request. */
export interface ServingThread<Request extends object> {
  readonly isRunning: boolean;
  /**
   * @throws LoamError `work-failed` when the thread ends before it has answered; the LoamError that it threw
   */
  ask(request: Request): Promise<unknown>;
  /** Ends the thread; what waits for it is rejected. It starts again with the next request, with nothing open. */
  end(): Promise<void>;
}

export interface ServingThreadOptions {
  /** A module that calls `serveRequests`; see `taskFile`. */
  readonly entry: URL;
  /** What it does, for errors: `A search`. */
  readonly task: string;
  readonly heapMb: number;
  /** Called when the thread ended by itself: whatever was open in it no longer is. */
  onLost(reason: string): void;
}

/** Each request is answered once, by its number. */
type Numbered<Request> = Request & { readonly number: number };

interface Reply {
  readonly number: number;
  readonly outcome: Outcome;
}

interface Running {
  readonly worker: Worker;
  readonly waiting: Map<number, { resolve(outcome: Outcome): void; reject(error: Error): void }>;
}

export function createServingThread<Request extends object>(options: ServingThreadOptions): ServingThread<Request> {
  let running: Running | undefined;
  let numbers = 0;

  const start = (): Running => {
    const started = startWorker(options, (reason) => {
      if (running !== started) return;
      running = undefined;
      options.onLost(reason);
    });
    return started;
  };

  return {
    get isRunning() {
      return running !== undefined;
    },
    async ask(request) {
      running ??= start();
      const { worker, waiting } = running;
      numbers += 1;
      const number = numbers;
      const outcome = await new Promise<Outcome>((resolve, reject) => {
        waiting.set(number, { resolve, reject });
        worker.postMessage({ ...request, number });
      });
      return unwrap(outcome, options.task);
    },
    async end() {
      const ended = running;
      running = undefined;
      await ended?.worker.terminate();
    },
  };
}

function startWorker({ entry, task, heapMb }: ServingThreadOptions, onExit: (reason: string) => void): Running {
  const waiting: Running['waiting'] = new Map();
  const worker = new Worker(entry, {
    argv: [],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  let failure = '';
  worker.on('message', ({ number, outcome }: Reply) => {
    waiting.get(number)?.resolve(outcome);
    waiting.delete(number);
  });
  worker.on('error', (error) => {
    failure = String(error);
  });
  worker.on('exit', (code) => {
    const error = new LoamError('work-failed', { task, reason: 'its thread ended' });
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    onExit(failure || `exit code ${code}`);
  });
  // A process that is done does not wait for it.
  worker.unref();
  return { worker, waiting };
}

/** In the thread: answers what `ServingThread.ask` sends, by what `run` gives or throws. */
export function serveRequests<Request extends object>(run: (request: Request) => unknown): void {
  const port = parentPort;
  port?.on('message', (request: Numbered<Request>) => {
    void outcomeOf(run, request).then((outcome) => port.postMessage({ number: request.number, outcome }));
  });
}

async function outcomeOf<Request>(run: (request: Request) => unknown, request: Request): Promise<Outcome> {
  try {
    return { kind: 'value', value: await run(request) };
  } catch (error) {
    return describeFailure(error);
  }
}
