import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { constraintProblems } from './constraint-problems.ts';
import {
  CONSTRAINED_SERVICES,
  type ConstraintTable,
  createConstraints,
  loadConstraints,
  wholeExpression,
} from './constraints.ts';

async function readTable(name: string): Promise<string> {
  return readFile(new URL(`./constraints/${name}`, import.meta.url), 'utf8');
}

describe('constraint tables', () => {
  it('are the generated ones', async () => {
    const { sha256 } = JSON.parse(await readTable('manifest.json')) as { sha256: Record<string, string> };
    expect(Object.keys(sha256).sort()).toEqual(CONSTRAINED_SERVICES.map((id) => `${id}.json`).sort());
    for (const [name, hash] of Object.entries(sha256)) {
      expect(
        createHash('sha256')
          .update(await readTable(name))
          .digest('hex'),
        name,
      ).toBe(hash);
    }
  });

  // What makes naive patterns slow: a long run that almost matches.
  const runs = ['a', '-', 'a-', '.', '/', 'a/', '_', ':', '0:', 'arn:aws:bedrock:', '-s', ' '];

  it.each(CONSTRAINED_SERVICES)('have patterns that are read and take no time on hostile text: %s', async (id) => {
    const { shapes } = JSON.parse(await readTable(`${id}.json`)) as ConstraintTable;
    for (const [name, { pattern, test = pattern, max = 2048 }] of Object.entries(shapes)) {
      if (test === undefined) continue;
      const expression = wholeExpression(test);
      const from = performance.now();
      for (const run of runs) expression.test(`${run.repeat(Math.ceil(Math.min(max, 4096) / run.length) - 1)}\n`);
      expect(performance.now() - from, name).toBeLessThan(1000);
    }
  });

  it('are there for the services that have one, and for no other', async () => {
    expect(await loadConstraints('athena')).toBeUndefined();
    const sts = await loadConstraints('sts');
    expect(sts?.ofStructure('AssumeRoleRequest')?.get('DurationSeconds')).toMatchObject({ min: 900, max: 43_200 });
    expect(sts?.ofStructure('Nothing')).toBeUndefined();
  });
});

describe('constraint problems', () => {
  const constraints = createConstraints({
    shapes: {
      Name: { min: 1, max: 4, pattern: '[a-z]+' },
      Colour: { enum: ['red', 'green'] },
      Names: { max: 2, items: 'Name' },
      Count: { min: 1, max: 10 },
    },
    structures: { S: { name: 'Name', colour: 'Colour', names: 'Names', count: 'Count' } },
  });
  const problems = (member: string, value: unknown): readonly string[] => {
    const constraint = constraints.ofStructure('S')?.get(member);
    return constraint ? constraintProblems(constraint, value) : ['no constraint'];
  };

  it('are told in the words of AWS', () => {
    expect(problems('name', 'abc')).toEqual([]);
    expect(problems('name', '')).toEqual([
      'Member must have length greater than or equal to 1',
      'Member must satisfy regular expression pattern: [a-z]+',
    ]);
    expect(problems('name', 'ABCDE')).toEqual(['Member must have length less than or equal to 4']);
    expect(problems('name', 'a\n')).toEqual(['Member must satisfy regular expression pattern: [a-z]+']);
    expect(problems('colour', 'blue')).toEqual(['Member must satisfy enum value set: [red, green]']);
    expect(problems('count', 0)).toEqual(['Member must have value greater than or equal to 1']);
    expect(problems('names', ['a', 'b', 'c'])).toEqual(['Member must have length less than or equal to 2']);
  });

  it('count characters, not code units', () => {
    expect(problems('name', '😀😀😀😀')).toEqual(['Member must satisfy regular expression pattern: [a-z]+']);
  });

  it('reach into lists', () => {
    expect(constraints.ofStructure('S')?.get('names')?.items).toBe(constraints.ofStructure('S')?.get('name'));
  });
});
