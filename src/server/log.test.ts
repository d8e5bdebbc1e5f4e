import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const compiled = fileURLToPath(new URL('../../dist/server/log.js', import.meta.url));

it('writes JSON lines to standard error and keeps secrets out', () => {
  const program = `
    const { createLog } = await import(${JSON.stringify(compiled)});
    createLog('info').info({ account: '000000000000', secretAccessKey: 'hunter2', nested: { text: 'private' } }, 'started');
  `;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(JSON.parse(stderr)).toMatchObject({ msg: 'started', account: '000000000000', secretAccessKey: '[redacted]' });
  expect(stderr).not.toMatch(/hunter2|private/);
});
