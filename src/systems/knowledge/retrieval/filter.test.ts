import { expect, test } from 'vitest';
import { readFilter } from './filter.ts';

test('every operator is read, nested ones too', () => {
  const filter = {
    orAll: [
      { andAll: [{ equals: { key: 'a', value: 1 } }, { notEquals: { key: 'b', value: 'x' } }] },
      { greaterThan: { key: 'c', value: 2 } },
      { in: { key: 'd', value: ['x', true] } },
      { listContains: { key: 'e', value: 'y' } },
    ],
  };
  expect(readFilter(filter)).toEqual({
    operator: 'orAll',
    filters: [
      {
        operator: 'andAll',
        filters: [
          { operator: 'equals', key: 'a', value: 1 },
          { operator: 'notEquals', key: 'b', value: 'x' },
        ],
      },
      { operator: 'greaterThan', key: 'c', value: 2 },
      { operator: 'in', key: 'd', values: ['x', true] },
      { operator: 'listContains', key: 'e', value: 'y' },
    ],
  });
});

test.each([
  ['no operator', {}, /filter holds 0 operators/],
  ['two operators', { equals: { key: 'a', value: 1 }, in: { key: 'a', value: [1] } }, /holds 2 operators/],
  ['a number that is none', { lessThan: { key: 'a', value: '1' } }, /filter.lessThan.value is no number/],
  ['an empty list', { notIn: { key: 'a', value: [] } }, /filter.notIn.value is no list/],
  ['one combined filter', { andAll: [{ equals: { key: 'a', value: 1 } }] }, /filter.andAll combines 1 filters/],
  ['an object', { equals: { key: 'a', value: {} } }, /filter.equals.value has another type/],
  ['an unknown operator', { like: { key: 'a', value: 'b' } }, /has the operator like/],
])('%s is refused by name', (_name, filter, message) => {
  expect(() => readFilter(filter as never)).toThrow(message);
});

test('a filter nested without end is refused', () => {
  const leaf = { equals: { key: 'a', value: 1 } };
  let filter: object = leaf;
  for (let depth = 0; depth < 1_000; depth += 1) filter = { andAll: [filter, leaf] };
  expect(() => readFilter(filter as never)).toThrow(/nested too deeply/);
});
