import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError, flagOf, readConfiguration, variableOf } from './config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loam-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const none = { flags: {}, environment: {} };

function file(content: unknown): string {
  const path = join(folder, 'loam.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('configuration', () => {
  it('has defaults for everything', () => {
    expect(readConfiguration(none)).toMatchObject({ port: 4566, host: '127.0.0.1', account: '000000000000' });
  });

  it('lets flags win over the environment and the environment over the file', () => {
    const path = file({ port: 1, host: '127.0.0.2', region: 'eu-west-1' });
    const environment = { LOAM_PORT: '2', LOAM_HOST: '127.0.0.3' };
    const configuration = readConfiguration({ file: path, environment, flags: { port: '3' } });
    expect(configuration).toMatchObject({ port: 3, host: '127.0.0.3', region: 'eu-west-1' });
  });

  it('names one setting in three ways', () => {
    expect([flagOf('databaseUrl'), variableOf('databaseUrl')]).toEqual(['database-url', 'LOAM_DATABASE_URL']);
  });

  it.each([
    [{ ...none, flags: { port: '70000' } }, /--port is wrong/],
    [{ ...none, flags: { account: 'me' } }, /--account is wrong: twelve digits/],
    [{ ...none, environment: { LOAM_PROT: '1' } }, /LOAM_PROT is no setting of Loam\. Allowed: LOAM_PORT/],
    [{ ...none, environment: { LOAM_DATABASE_URL: 'mysql://x' } }, /LOAM_DATABASE_URL is wrong/],
    [{ ...none, flags: { 'objects-url': 'ftp://bucket' } }, /--objects-url is wrong: a URL such as file:/],
    [{ ...none, file: '/nowhere/loam.json' }, /cannot be read/],
  ])('refuses %j with a sentence', (sources, message) => {
    expect(() => readConfiguration(sources)).toThrow(ConfigurationError);
    expect(() => readConfiguration(sources)).toThrow(message);
  });

  it.each([
    ['{', /is not JSON/],
    ['[]', /must hold one JSON object/],
    [{ prot: 1 }, /no setting prot\. Allowed: port, host/],
    [{ providers: { local: { type: 'openai-compatible', url: 'ftp://x' } } }, /providers.*local\.url is wrong/],
    [{ models: { 'anthropic.*': 'nothing' } }, /models.*provider:model/],
  ])('refuses the file %j with a sentence', (content, message) => {
    expect(() => readConfiguration({ ...none, file: file(content) })).toThrow(message);
  });
});
