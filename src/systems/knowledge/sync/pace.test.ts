import { expect, it } from 'vitest';
import { createPace } from './pace.ts';

it('tells rate and time left of the last half minute', () => {
  let at = 1_000_000;
  const pace = createPace({ now: () => at }, 100);
  expect(pace.of(100, 1_000)).toEqual({});
  at += 10_000;
  expect(pace.of(200, 1_000)).toEqual({ perSecond: 10, secondsLeft: 80 });
  for (let second = 0; second < 60; second += 1) {
    at += 1_000;
    pace.of(201 + second, 1_000);
  }
  expect(pace.of(260, 1_000)).toEqual({ perSecond: 1, secondsLeft: 740 });
});
