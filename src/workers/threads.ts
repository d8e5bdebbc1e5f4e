import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { LoamError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { describeFailure, type Outcome } from './outcome.ts';
import type { Runner, RunnerCall } from './runner.ts';
import { taskFile } from './task-file.ts';

const YOUNG_GENERATION_MB = 32;

/** Runs tasks in worker threads. Those of one memory limit share threads, which end when nothing was asked for a while. */
export function createThreads(options: { maxThreads: number; idleMs: number; log: Log }): Runner {
  const pools = new Map<number, Piscina>();
  const poolFor = (memoryMb: number): Piscina => {
    const known = pools.get(memoryMb);
    if (known) return known;
    const pool = createPiscina(memoryMb, options);
    pools.set(memoryMb, pool);
    return pool;
  };
  return {
    async run(call) {
      try {
        return await poolFor(call.limits.memoryMb).run(
          { file: call.task.file.href, input: call.input },
          { name: 'run', signal: call.signal, transferList: [...call.transfer] },
        );
      } catch (error) {
        return explain(error, call);
      }
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

function createPiscina(memoryMb: number, options: { maxThreads: number; idleMs: number; log: Log }): Piscina {
  const pool = new Piscina({
    filename: fileURLToPath(taskFile(import.meta.url, './thread-entry.ts')),
    minThreads: 0,
    maxThreads: options.maxThreads,
    idleTimeout: options.idleMs,
    // An idle thread that waits by Atomics.wait answers a message 50 µs sooner, but runs none of its own timers.
    atomics: 'disabled',
    recordTiming: false,
    argv: [],
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  // Without a listener, an error of an idle thread would end the process.
  return pool.on('error', (error: Error) => options.log.warn({ error: error.name }, 'An idle worker thread ended'));
}

function explain(error: unknown, call: RunnerCall): Outcome {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    throw new LoamError(
      'work-out-of-memory',
      { task: call.task.name, megabytes: call.limits.memoryMb },
      { cause: error },
    );
  }
  const exit = /^worker exited with code: (\d+)$/.exec(message ?? '')?.[1];
  if (exit === undefined) return describeFailure(error);
  return { kind: 'failure', reason: `its thread ended with exit code ${exit}`, cause: message ?? '' };
}
