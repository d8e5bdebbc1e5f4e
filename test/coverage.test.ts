import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeCoverage } from '../src/loam.ts';
import { coverageMarkdown } from '../src/wire/coverage-text.ts';
import { startServer } from './support/server.ts';

it('docs/coverage.md is what the code says: otherwise run npm run generate', async () => {
  const page = readFileSync(new URL('../docs/coverage.md', import.meta.url), 'utf8');
  expect(page).toBe(coverageMarkdown(await describeCoverage()));
});

it('every gap is a sentence', async () => {
  const gaps = (await describeCoverage()).flatMap(({ operations }) =>
    operations.flatMap((operation) => operation.gaps),
  );
  expect(gaps.filter((gap) => !/^\S.+\.$/.test(gap))).toEqual([]);
});

it('a running server tells the same', async () => {
  const server = await startServer();
  const answer = (await (await fetch(`${server.endpoint}/_loam/coverage`)).json()) as { services: unknown };
  await server.stop();
  expect(answer.services).toEqual(JSON.parse(JSON.stringify(await describeCoverage())));
});
