import { Worker } from 'node:worker_threads';
import { LoamError } from '../../../../core/errors.ts';
import type { Log } from '../../../../core/log.ts';
import type { RankedEntries } from '../../../../segments/index.ts';
import { type Outcome, taskFile, unwrap } from '../../../../workers/index.ts';
import { untilAborted } from '../until-aborted.ts';
import type { Question, RankingReply, RankingRequest } from './protocol.ts';

/** A thread that ranks what stores found, so that the event loop does not. It starts with the first request. */
export interface RankingThread {
  ask(request: RankingRequest & { kind: 'terms' | 'suggest' }, signal: AbortSignal): Promise<readonly string[]>;
  ask(request: RankingRequest & { kind: 'question' }, signal: AbortSignal): Promise<Question>;
  ask(request: RankingRequest & { kind: 'rank' }, signal: AbortSignal): Promise<RankedEntries>;
  /** Ends the thread; what waits for it is rejected. It starts again with the next request. */
  end(): Promise<void>;
}

const TASK = 'A ranking';
const HEAP_MB = 1_024;

interface Running {
  readonly worker: Worker;
  readonly waiting: Map<number, { resolve(outcome: Outcome): void; reject(error: Error): void }>;
}

export function createRankingThread(log: Log): RankingThread {
  let running: Running | undefined;
  let numbers = 0;

  const start = (): Running => {
    const started = startWorker((reason) => {
      if (running !== started) return;
      running = undefined;
      log.error({ reason }, 'The ranking thread ended; the next search starts another one');
    });
    return started;
  };

  const request = async (message: RankingRequest): Promise<unknown> => {
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
    ask: (message: RankingRequest, signal: AbortSignal) => untilAborted(request(message), signal) as Promise<never>,
    async end() {
      const ended = running;
      running = undefined;
      await ended?.worker.terminate();
    },
  };
}

function startWorker(onExit: (reason: string) => void): Running {
  const waiting: Running['waiting'] = new Map();
  const worker = new Worker(taskFile(import.meta.url, './ranking-thread-entry.ts'), {
    argv: [],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  let failure = '';
  worker.on('message', ({ number, outcome }: RankingReply) => {
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
