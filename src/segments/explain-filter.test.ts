import { expect, test } from 'vitest';
import { chunkOf, indexOf, wordEncoder } from '../../test/support/segments.ts';
import { openKernel } from '../kernel/index.ts';
import type { ClauseCount } from './explanation.ts';

const encoder = wordEncoder();
const kernel = await openKernel();
const metadata = [
  { year: 2020, tenant: 'a', tags: ['x', 'y'] },
  { year: 2021, tenant: 'a', tags: ['x'] },
  { year: '2021', tenant: 'b' },
  { year: 2022, tenant: 'b', secret: true },
];
const chunks = metadata.map((one, i) => chunkOf(`c${i}`, 'renal dose', { metadata: one }));
const index = indexOf([chunks.slice(0, 2), chunks.slice(2)], { encoder, kernel });
const tenant = (value: string) => ({ operator: 'equals', key: 'tenant', value }) as const;
const counts = ({ alone, together }: ClauseCount) => [alone, together];

test('each clause is counted alone and together with those before it', async () => {
  const year = { operator: 'greaterThan', key: 'year', value: 2020 } as const;
  const all = await index.explain({ filter: { operator: 'andAll', filters: [tenant('a'), year, tenant('c')] } });
  expect(all).toMatchObject({ chunks: 4, passed: 0 });
  expect(all.clause?.clauses.map(counts)).toEqual([
    [2, 2],
    [2, 1],
    [0, 0],
  ]);
  const any = await index.explain({ filter: { operator: 'orAll', filters: [tenant('c'), tenant('a'), year] } });
  expect(any.passed).toBe(3);
  expect(any.clause?.clauses.map(counts)).toEqual([
    [0, 0],
    [2, 2],
    [2, 3],
  ]);
});

test('keys are told with their types, counts and samples', async () => {
  const { keys } = await index.explain({});
  expect(keys.find(({ key }) => key === 'year')?.types).toEqual([
    { type: 'NUMBER', chunks: 3, values: 3, samples: [2020, 2021, 2022] },
    { type: 'STRING', chunks: 1, values: 1, samples: ['2021'] },
  ]);
  expect(keys.find(({ key }) => key === 'tags')?.types).toEqual([
    { type: 'STRING_LIST', chunks: 2, values: 2, samples: ['x', 'y'] },
  ]);
});

test('what a caller may not see is neither counted nor named', async () => {
  const seen = await index.explain({ visible: tenant('a'), filter: { operator: 'exists', key: 'year' } });
  expect(seen).toMatchObject({ chunks: 2, passed: 2, clause: { alone: 2 } });
  expect(JSON.stringify(seen)).not.toMatch(/secret|2022|"b"/);
});
