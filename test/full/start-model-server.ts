import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What the model server counts since its start; `tokens` are those generated. */
export interface ModelCounts {
  readonly running: number;
  readonly finished: number;
  readonly cancelled: number;
  readonly tokens: number;
}

export interface ModelServer {
  /** Base URL of the OpenAI protocol, `…/v1`. */
  readonly url: string;
  readonly port: number;
  counts(): Promise<ModelCounts>;
  /** Waits until the counts are as wanted. */
  until(wanted: (counts: ModelCounts) => boolean): Promise<ModelCounts>;
  /** SIGKILL, then waits. */
  kill(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('model-server.mjs', import.meta.url));

/** Starts the model server in a process of its own, which ends with this one. */
export async function startModelServer(port = 0): Promise<ModelServer> {
  const child = spawn(process.execPath, [PROGRAM, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const { url } = JSON.parse(await firstLine(child)) as { url: string };
  const counts = async (): Promise<ModelCounts> => {
    const response = await fetch(new URL('/health', url));
    return (await response.json()) as ModelCounts;
  };
  return {
    url,
    port: Number(new URL(url).port),
    counts,
    async until(wanted) {
      for (;;) {
        const now = await counts();
        if (wanted(now)) return now;
        await new Promise((wake) => setTimeout(wake, 50));
      }
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout) for await (const line of createInterface(stdout)) return line;
  throw new Error('The model server ended before it was ready.');
}
