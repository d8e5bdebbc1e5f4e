import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.ts';
import { processStart } from './processes.ts';

describe('lockFolder', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'loam-lock-'));
    path = join(folder, 'loam.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const leave = (owner: object): void =>
    writeFileSync(path, JSON.stringify({ host: hostname(), started: '', ...owner }));
  const pidInLock = (): unknown => JSON.parse(readFileSync(path, 'utf8')).pid;

  it('refuses a second time and names the process that holds it, until it is released', () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(`in use by process ${process.pid}`);
    lock.release();
    expect(existsSync(path)).toBe(false);
    lockFolder(folder).release();
  });

  it('takes over the lock of a process that is gone', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    leave({ pid });
    const lock = lockFolder(folder);
    expect(pidInLock()).toBe(process.pid);
    lock.release();
  });

  it.skipIf(processStart(process.pid) === '')('sees that a number was given to another process', () => {
    leave({ pid: process.pid, started: 'long ago' });
    const lock = lockFolder(folder);
    lock.release();
  });

  it('takes over a lock that holds nothing readable', () => {
    writeFileSync(path, '{"pi');
    lockFolder(folder).release();
  });

  it('holds a process on another host for alive while it touches the lock', () => {
    leave({ pid: 1, host: 'elsewhere' });
    expect(() => lockFolder(folder)).toThrow('in use by process 1 on elsewhere');
    const past = new Date(Date.now() - 60_000);
    utimesSync(path, past, past);
    lockFolder(folder).release();
  });

  it('leaves the lock of whoever took it over', () => {
    const lock = lockFolder(folder);
    leave({ pid: 1 });
    lock.release();
    expect(pidInLock()).toBe(1);
  });
});
