import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomIds } from '../core/ids.ts';
import { ensureRootKey, readRootKey } from './root-key.ts';

describe('the root key', () => {
  let dataFolder: string;

  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'loam-root-'));
  });
  afterEach(() => rmSync(dataFolder, { recursive: true, force: true }));

  const ensure = (environment: Record<string, string> = {}) =>
    ensureRootKey({ environment, dataFolder, ids: randomIds });

  it('is made once, for its owner alone', () => {
    expect(readRootKey(dataFolder)).toBeUndefined();
    const made = ensure();
    expect(made).toMatchObject({ created: true, source: 'data-folder' });
    expect(made.accessKeyId).toMatch(/^AKIA[0-9A-Z]{16}$/);
    expect(made.secretAccessKey).toHaveLength(40);
    expect(statSync(join(dataFolder, 'root-access-key.json')).mode & 0o777).toBe(0o600);
    expect(ensure()).toEqual({ ...made, created: false });
    expect(readRootKey(dataFolder)).toEqual({ accessKeyId: made.accessKeyId, secretAccessKey: made.secretAccessKey });
  });

  it('comes from the environment where it is set, and is written nowhere', () => {
    const environment = { LOAM_ROOT_ACCESS_KEY_ID: 'test', LOAM_ROOT_SECRET_ACCESS_KEY: 'a long secret' };
    expect(ensure(environment)).toEqual({
      accessKeyId: 'test',
      secretAccessKey: 'a long secret',
      created: false,
      source: 'environment',
    });
    expect(readRootKey(dataFolder)).toBeUndefined();
  });

  it('is refused half or in a form that no client can use, by the name of the variable', () => {
    const id = 'LOAM_ROOT_ACCESS_KEY_ID';
    const secret = 'LOAM_ROOT_SECRET_ACCESS_KEY';
    expect(() => ensure({ [id]: 'test' })).toThrow(secret);
    expect(() => ensure({ [secret]: 'a long secret' })).toThrow(id);
    expect(() => ensure({ [id]: 'a b', [secret]: 'a long secret' })).toThrow(id);
    expect(() => ensure({ [id]: 'test', [secret]: 'short' })).toThrow(secret);
  });

  it('is not made anew over a damaged file', () => {
    writeFileSync(join(dataFolder, 'root-access-key.json'), '{"accessKeyId":"A"}');
    expect(() => ensure()).toThrow('root-access-key.json');
    writeFileSync(join(dataFolder, 'root-access-key.json'), 'nothing');
    expect(() => readRootKey(dataFolder)).toThrow('root-access-key.json');
  });
});
