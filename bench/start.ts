// Start time and idle memory of the built server: an empty data folder, then the same folder again.
// node --import tsx bench/start.ts
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../test/support/server.ts';

const RUNS = 5;
const IDLE_MS = 5000;

const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function timeToHealth(data: string): Promise<number> {
  const begun = performance.now();
  const server = await startServer({ data });
  const { status } = await fetch(`${server.endpoint}/health`);
  const taken = performance.now() - begun;
  if (status !== 200) throw new Error(`/health answered ${status}`);
  await server.stop();
  return taken;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }];
      } catch {
        return []; // Ended meanwhile.
      }
    });
}

/** Proportional set size of a process and all below it, MB. */
function memoryOf(root: number): number {
  const all = processes();
  const family = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of all) {
      if (family.has(parent) && !family.has(pid)) grown = !!family.add(pid);
    }
  }
  const kilobytes = [...family].map((pid) =>
    Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]),
  );
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

const empty: number[] = [];
const again: number[] = [];
for (let run = 0; run < RUNS; run++) {
  const data = mkdtempSync(join(tmpdir(), 'loam-bench-'));
  empty.push(await timeToHealth(data));
  again.push(await timeToHealth(data));
  rmSync(data, { recursive: true });
}
const server = await startServer();
await sleep(IDLE_MS);
const memory = memoryOf(server.process.pid ?? 0);
await server.stop();

console.log('| start | median of 5 |\n|---|---|');
console.log(`| empty data folder to /health 200 | ${(median(empty) / 1000).toFixed(2)} s |`);
console.log(`| the same folder again | ${(median(again) / 1000).toFixed(2)} s |`);
console.log(`| idle memory, all processes (PSS) | ${memory.toFixed(0)} MB |`);
