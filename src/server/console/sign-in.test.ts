import { expect, it } from 'vitest';
import { randomIds } from '../../core/ids.ts';
import { createSignInLinks } from './sign-in.ts';

it('opens the console once for each link, within fifteen minutes', () => {
  let now = 0;
  const links = createSignInLinks({ clock: { now: () => now }, ids: randomIds });
  const token = links.issue();
  const late = links.issue();
  expect([links.redeem(token), links.redeem(token), links.redeem('invented')]).toEqual([true, false, false]);
  now += 15 * 60_000;
  expect(links.redeem(late)).toBe(false);
});
