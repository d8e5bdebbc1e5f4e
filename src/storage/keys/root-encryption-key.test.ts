import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../database/open-test-database.ts';
import { runKeyCommand } from './key-command.ts';
import { keyringOf } from './keyring.ts';
import { readRootEncryptionKey } from './root-encryption-key.ts';
import { checkRootKey, keyMigrations } from './root-key-check.ts';

describe('the root encryption key', () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'loam-root-'));
  const key = randomBytes(32).toString('base64');
  const print = (text: string) => [process.execPath, '-e', `process.stdout.write(${JSON.stringify(text)})`];
  afterAll(() => rmSync(dataFolder, { recursive: true }));

  it('is taken from the variable or from a command, and then no file is made', async () => {
    const environment = { LOAM_ROOT_KEY: key };
    const given = await readRootEncryptionKey({ dataFolder, environment });
    expect(given).toEqual({ bytes: Buffer.from(key, 'base64'), source: 'environment' });
    const printed = await readRootEncryptionKey({ dataFolder, environment: {}, command: print(`${key}\n`) });
    expect(printed).toEqual({ bytes: Buffer.from(key, 'base64'), source: 'command' });
    expect(readdirSync(dataFolder)).toEqual([]);
  });

  it('is made in the data folder when neither is given', async () => {
    const first = await readRootEncryptionKey({ dataFolder, environment: {} });
    expect(first.source).toBe('file');
    expect(await readRootEncryptionKey({ dataFolder, environment: {} })).toEqual(first);
  });

  it.each([
    ['', 'LOAM_ROOT_KEY is not 32 bytes in base64'],
    [key.slice(1), 'LOAM_ROOT_KEY is not 32 bytes in base64'],
    [randomBytes(16).toString('base64'), 'LOAM_ROOT_KEY is not 32 bytes in base64'],
  ])('is refused when the variable holds no key: %#', async (LOAM_ROOT_KEY, message) => {
    const reading = readRootEncryptionKey({ dataFolder, environment: { LOAM_ROOT_KEY } });
    await expect(reading).rejects.toMatchObject({
      code: 'root-key-unusable',
      message: expect.stringContaining(message),
    });
  });

  it('comes from one source only', async () => {
    const both = { dataFolder, environment: { LOAM_ROOT_KEY: key }, command: print(key) };
    await expect(readRootEncryptionKey(both)).rejects.toThrow('are both set');
  });

  it.each([
    [[process.execPath, '-e', 'process.exit(3)'], 'ended with code 3'],
    [['/no/such/program'], 'names a program that is not there'],
    [[process.execPath, '-e', 'console.log("x".repeat(9000))'], 'printed more than 4096 bytes'],
    [[process.execPath, '-e', 'setTimeout(() => {}, 60000)'], 'did not end within 0.5 seconds'],
  ])('tells what is wrong with a command: %#', async (command, problem) => {
    await expect(runKeyCommand(command, { timeoutMs: 500 })).rejects.toThrow(problem);
  });

  it('runs the command without a shell', async () => {
    const command = [process.execPath, '-e', 'console.log(process.argv[1])', '$HOME; echo no'];
    expect(await runKeyCommand(command, { timeoutMs: 10_000 })).toBe('$HOME; echo no\n');
  });
});

describe('a database', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await openTestDatabase(keyMigrations);
  });
  afterAll(() => test.remove());

  it('takes the root key that it was first used with, and no other', async () => {
    const keyring = keyringOf(randomBytes(32));
    await checkRootKey(test.database, keyring);
    await checkRootKey(test.database, keyring);
    await expect(checkRootKey(test.database, keyringOf(randomBytes(32)))).rejects.toMatchObject({
      code: 'root-key-mismatch',
    });
  });
});
