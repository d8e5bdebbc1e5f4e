import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from './support/server.ts';

const python = process.env.LOAM_TEST_PYTHON;
const folder = fileURLToPath(new URL('./python', import.meta.url));

describe('boto3', () => {
  if (!python) {
    it.skip('skipped: LOAM_TEST_PYTHON names no Python with boto3 and pytest', () => undefined);
    return;
  }
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  it('passes its own suite', () => {
    const env = { ...process.env, ...server.environment, PYTHONDONTWRITEBYTECODE: '1' };
    const line = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', folder];
    const { status, stdout, stderr } = spawnSync(python, line, { env, encoding: 'utf8' });
    expect(status, `${stdout}\n${stderr}`).toBe(0);
  }, 240_000);
});
