import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTestFolder } from './open-test-database.ts';

const PROGRAM = fileURLToPath(new URL('../../../test/fixtures/database-process.mjs', import.meta.url));
const WRITES = 20;
const hasStrace = spawnSync('strace', ['-V']).status === 0;
if (!hasStrace) process.stderr.write('Skipped: that commits reach the disk, because strace is not installed.\n');

describe.runIf(hasStrace)('a commit is on the disk before it is acknowledged', { timeout: 120_000 }, () => {
  let dataFolder: string;
  let children: ChildProcess[] = [];

  beforeEach(() => {
    dataFolder = makeTestFolder();
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children = [];
    rmSync(dataFolder, { recursive: true, force: true });
  });

  const run = (command: string, args: string[]): ChildProcess => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    children.push(child);
    return child;
  };
  const linesOf = (stream: NodeJS.ReadableStream | null): AsyncIterator<string> => {
    if (!stream) throw new Error('The stream is not piped.');
    return createInterface({ input: stream })[Symbol.asyncIterator]();
  };

  /** The processes that write: PGlite's is the program itself, a server's is one of its own. */
  function writers(form: string, program: ChildProcess): number[] {
    if (form === 'pglite') return [Number(program.pid)];
    const server = readFileSync(join(dataFolder, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0];
    return readFileSync(`/proc/${server}/task/${server}/children`, 'utf8').trim().split(' ').map(Number);
  }

  it.each(['embedded', 'pglite'])('as %s', async (form) => {
    const program = run(process.execPath, [PROGRAM, dataFolder, form]);
    const lines = linesOf(program.stdout);
    expect((await lines.next()).value).toBe('open');

    const traced = writers(form, program).flatMap((pid) => ['-p', String(pid)]);
    const trace = run('strace', ['-f', '-e', 'trace=fsync,fdatasync', ...traced]);
    const calls = linesOf(trace.stderr);
    // A line for each process, once it is traced.
    for (let attached = 0; attached < traced.length / 2; attached += 1) await calls.next();
    let syncs = 0;
    const counting = (async () => {
      for (let call = await calls.next(); !call.done; call = await calls.next()) {
        if (/sync\(\d/.test(call.value)) syncs += 1;
      }
    })();
    for (let count = 0; count < WRITES; count += 1) {
      program.stdin?.write('write\n');
      expect((await lines.next()).value).toBe(String(count));
    }
    const exited = once(trace, 'exit');
    trace.kill('SIGINT');
    await exited;
    await counting;
    expect(syncs).toBeGreaterThanOrEqual(WRITES);
  });
});
