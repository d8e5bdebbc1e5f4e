import { expect, it } from 'vitest';
import { silentLog } from '../core/log.ts';
import { readReadiness } from './readiness.ts';

it('tells what was found, and that nothing was when asking fails or hangs', async () => {
  const read = (check: () => Promise<{ ready: boolean }>) => readReadiness(check, silentLog, 50);
  expect(await read(async () => ({ ready: true }))).toEqual({ ready: true });
  expect(await read(() => Promise.reject(new Error('secret')))).toEqual({
    ready: false,
    problem: 'what it stands on cannot be reached',
  });
  expect(await read(() => new Promise(() => undefined))).toMatchObject({ ready: false });
});
