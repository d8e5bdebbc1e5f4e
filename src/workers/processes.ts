import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { LoamError } from '../core/errors.ts';
import { type Confinement, confinementFlags, watchMemory } from './confinement.ts';
import { type Call, CONFINED, type Outcome } from './outcome.ts';
import type { Runner, RunnerCall } from './runner.ts';
import { taskFile } from './task-file.ts';
import { MEMORY_MARK, TIME_MARK } from './watchdog.ts';

// No setting and no secret of the server reaches a child: only what Node itself needs on some systems.
const KEPT_VARIABLES = ['SystemRoot', 'LD_LIBRARY_PATH', 'TZ'];
const STDERR_KEPT = 8192;
const OUT_OF_MEMORY =
  /heap out of memory|Allocation failed|invalid (?:table|array|string) (?:size|length)|out of memory/i;

/** Runs each task in a child process of its own, kept for the next task of the same memory limit while that comes soon. */
export function createProcesses(options: { idleMs: number }): Runner {
  const idle = new Map<Child, NodeJS.Timeout>();
  const alive = new Set<Child>();
  const forget = (child: Child): void => {
    clearTimeout(idle.get(child));
    idle.delete(child);
  };
  const take = ({ limits, task }: RunnerCall): Child => {
    const kind = kindOf(limits.memoryMb, task.confinement);
    const child =
      [...idle.keys()].findLast((waiting) => waiting.kind === kind) ?? start(limits.memoryMb, task.confinement);
    if (!alive.has(child)) {
      alive.add(child);
      child.process.once('close', () => {
        forget(child);
        alive.delete(child);
      });
    }
    forget(child);
    hold(child.process, true);
    return child;
  };
  const keep = (child: Child): void => {
    hold(child.process, false);
    const retire = (): void => {
      // Forgotten first: until its end is noticed, the next task must not be given to it.
      forget(child);
      child.process.kill('SIGKILL');
    };
    idle.set(child, setTimeout(retire, options.idleMs).unref());
  };
  return {
    async run(call) {
      const child = take(call);
      const outcome = await converse(child, call);
      keep(child);
      return outcome;
    },
    async close() {
      await Promise.all([...alive].map(end));
    },
  };
}

interface Child {
  readonly process: ChildProcess;
  /** What tasks it is good for. */
  readonly kind: string;
  /** The last that it wrote to its standard error. */
  complaint: string;
}

function kindOf(memoryMb: number, confinement: Confinement | undefined): string {
  return JSON.stringify([memoryMb, confinement?.reads]);
}

function start(memoryMb: number, confinement: Confinement | undefined): Child {
  const confined = confinement ? confinementFlags(confinement) : [];
  const entry = fileURLToPath(taskFile(import.meta.url, './process-entry.ts'));
  const kept = KEPT_VARIABLES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  const started = fork(entry, [String(memoryMb), ...(confinement ? [CONFINED] : [])], {
    serialization: 'advanced',
    // Code from strings would be the way from a hostile document to a program.
    execArgv: [`--max-old-space-size=${memoryMb}`, '--disallow-code-generation-from-strings', ...confined],
    env: Object.fromEntries(kept),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const child: Child = { process: started, kind: kindOf(memoryMb, confinement), complaint: '' };
  started.stderr?.on('data', (data: Buffer) => {
    child.complaint = (child.complaint + data.toString('utf8')).slice(-STDERR_KEPT);
  });
  return child;
}

/** Sends the call and waits for the answer, or for the end of the child. */
function converse(child: Child, call: RunnerCall): Promise<Outcome> {
  const { process: other } = child;
  return new Promise((resolve, reject) => {
    const kill = (): void => void other.kill('SIGKILL');
    const { confinement } = call.task;
    const unwatch = confinement ? watchMemory(other.pid, call.limits.memoryMb, kill) : undefined;
    const settle = (finish: () => void): void => {
      unwatch?.();
      call.signal.removeEventListener('abort', kill);
      other.removeAllListeners('message').off('close', onClose).off('error', onError);
      finish();
    };
    const onClose = (code: number | null, signal: string | null): void =>
      settle(() => reject(endedEarly(child, call, code, signal)));
    const onError = (error: Error): void => settle(() => reject(failed(call, 'its process could not be used', error)));
    other.once('message', (outcome: Outcome) => settle(() => resolve(outcome)));
    other.once('close', onClose);
    other.once('error', onError);
    if (call.signal.aborted) kill();
    call.signal.addEventListener('abort', kill, { once: true });
    const message: Call = { file: call.task.file.href, input: call.input, cpuMs: call.limits.cpuMs };
    other.send(message as unknown as object, (error) => error && kill());
  });
}

function endedEarly(child: Child, call: RunnerCall, code: number | null, signal: string | null): LoamError {
  const cause = new Error(child.complaint);
  if (child.complaint.includes(TIME_MARK)) {
    return new LoamError(
      'work-timed-out',
      { task: call.task.name, seconds: (call.limits.cpuMs ?? 0) / 1000 },
      { cause },
    );
  }
  // Nobody but the watchdog in the child and the kernel, when memory is short, sends SIGKILL without our doing.
  if (signal === 'SIGKILL' || child.complaint.includes(MEMORY_MARK) || OUT_OF_MEMORY.test(child.complaint)) {
    return new LoamError('work-out-of-memory', { task: call.task.name, megabytes: call.limits.memoryMb }, { cause });
  }
  return failed(call, `its process ended with ${signal ?? `exit code ${code}`}`, cause);
}

function failed(call: RunnerCall, reason: string, cause: Error): LoamError {
  return new LoamError('work-failed', { task: call.task.name, reason }, { cause });
}

/** Whether the child keeps this process from ending by itself. */
function hold(child: ChildProcess, held: boolean): void {
  for (const handle of [child, child.channel, child.stderr as Socket | null]) {
    if (held) handle?.ref();
    else handle?.unref();
  }
}

async function end(child: Child): Promise<void> {
  await new Promise((resolve) => {
    child.process.once('close', resolve);
    child.process.kill('SIGKILL');
  });
}
