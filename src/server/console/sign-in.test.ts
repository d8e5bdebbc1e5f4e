import { expect, it } from 'vitest';
import { randomIds } from '../../core/ids.ts';
import { createSignIn } from './sign-in.ts';

it('opens one session for each link, within fifteen minutes', () => {
  let now = 0;
  const signIn = createSignIn({ clock: { now: () => now }, ids: randomIds });
  const token = signIn.issue();
  const late = signIn.issue();
  const session = signIn.redeem(token);
  expect(session && signIn.isSession(session)).toBe(true);
  expect(signIn.redeem(token)).toBeUndefined();
  expect(signIn.redeem('invented')).toBeUndefined();
  now += 15 * 60_000;
  expect(signIn.redeem(late)).toBeUndefined();
});

it('ends sessions after twelve hours and on sign-out', () => {
  let now = 0;
  const signIn = createSignIn({ clock: { now: () => now }, ids: randomIds });
  const one = signIn.redeem(signIn.issue()) ?? '';
  const other = signIn.redeem(signIn.issue()) ?? '';
  signIn.end(one);
  expect([signIn.isSession(one), signIn.isSession(other)]).toEqual([false, true]);
  now += 12 * 3_600_000;
  expect(signIn.isSession(other)).toBe(false);
});
