import { expect, it } from 'vitest';
import { describeServices } from '../src/loam.ts';
import { mergeOffered } from '../src/wire/registry.ts';

it('every operation of every system has a row that says what it needs', () => {
  const services = [...mergeOffered(describeServices()).values()];
  expect(services.length).toBeGreaterThan(5);
  const without = services.flatMap(({ service, operations }) =>
    Object.entries(operations)
      .filter(([, { permission }]) => permission === undefined)
      .map(([name]) => `${service} ${name}`),
  );
  expect(without).toEqual([]);
});
