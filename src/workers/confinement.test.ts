import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkerPool } from './pool.ts';
import { taskFile } from './task-file.ts';

const built = existsSync(fileURLToPath(taskFile(import.meta.url, './leave-network.ts')));
if (!built) process.stderr.write('Confined processes are not tested: run the build first.\n');

const file = new URL('../../test/fixtures/confined-task.mjs', import.meta.url);
const reads = [fileURLToPath(file)];
const pool = createWorkerPool({ concurrency: 2, idleMs: 2_000 });
const folder = mkdtempSync(join(tmpdir(), 'loam-confined-'));
const path = join(folder, 'secret.txt');
let requests = 0;
const server = createServer((_request, response) => {
  requests += 1;
  response.end();
});

beforeAll(async () => {
  writeFileSync(path, 'the key');
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await pool.close();
  server.close();
  rmSync(folder, { recursive: true });
});

const task = { name: 'The program', file, isolation: 'process', confinement: { reads } } as const;
const attempt = (name: string, timeoutMs = 20_000): Promise<string> => {
  const { port } = server.address() as AddressInfo;
  const input = { attempt: name, path, port };
  return pool.run<typeof input, string>(task, input, { limits: { timeoutMs, memoryMb: 96 } });
};

describe.skipIf(!built)('a confined process', () => {
  it('does what it was asked, and sees only its own file', async () => {
    expect(await attempt('nothing')).toBe('done');
    for (const name of ['readSecret', 'readEnvironment', 'write', 'runProgram', 'startThread', 'binding']) {
      expect([name, await attempt(name)]).toEqual([name, 'ERR_ACCESS_DENIED']);
    }
    expect(existsSync(`${path}.written`)).toBe(false);
    expect(await attempt('evaluate')).toMatch(/Code generation from strings/);
  });

  it('reaches no network and no other process', async () => {
    for (const name of ['connect', 'request', 'fetch', 'listen', 'datagram', 'resolve', 'handle', 'kill']) {
      expect([name, await attempt(name)]).toEqual([name, expect.stringMatching(/out of reach here/)]);
    }
    expect(requests).toBe(0);
  });

  it('ends at its limits of memory and time', async () => {
    await expect(attempt('buffers')).rejects.toMatchObject({ code: 'work-out-of-memory' });
    await expect(attempt('loop', 1_000)).rejects.toMatchObject({ code: 'work-timed-out' });
    expect(await attempt('nothing')).toBe('done');
  });
});
