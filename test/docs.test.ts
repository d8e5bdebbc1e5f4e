import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfiguration } from '../src/config.ts';
import { ENTRY, startServer, type TestServer } from './support/server.ts';

const guide = fileURLToPath(new URL('../docs/guide', import.meta.url));
const python = process.env.LOAM_TEST_PYTHON;

interface Block {
  readonly language: string;
  readonly code: string;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(guide, page), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({ language, code }));
}

describe.each(readdirSync(guide).filter((name) => name.endsWith('.md')))('the code of docs/guide/%s', (page) => {
  let server: TestServer;
  let folder: string;

  beforeAll(async () => {
    server = await startServer();
    folder = mkdtempSync(join(tmpdir(), 'loam-docs-'));
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'loam'), `#!/bin/sh\nexec "${process.execPath}" "${ENTRY}" "$@"\n`, {
      mode: 0o755,
    });
  });

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const run = (command: string, line: string[]): void => {
    const PATH = [join(folder, 'bin'), process.env.PATH].join(delimiter);
    const env = { ...process.env, ...server.environment, PATH };
    const { status, stdout, stderr } = spawnSync(command, line, { cwd: folder, env, encoding: 'utf8' });
    expect(status, `${stdout}\n${stderr}`).toBe(0);
  };

  const check = (block: Block): void => {
    if (block.language === 'sh') run('bash', ['-euo', 'pipefail', '-c', block.code]);
    else if (block.language === 'python') run(python ?? '', ['-c', block.code]);
    else {
      const file = join(folder, 'loam.json');
      writeFileSync(file, block.code);
      readConfiguration({ file, flags: {}, environment: {} });
    }
  };

  const blocks = blocksOf(page);
  const needsPython = blocks.some((block) => block.language === 'python');
  if (needsPython && !python) it.skip('skipped: LOAM_TEST_PYTHON names no Python with boto3', () => undefined);
  else it('runs', () => blocks.forEach(check), 120_000);
});
