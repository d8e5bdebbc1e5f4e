import { describe, expect, it } from 'vitest';
import { readCoverage } from './coverage.ts';
import { coverageMarkdown, coverageReport, coverageText } from './coverage-text.ts';
import { partial, real, storedOnly } from './operation.ts';

const nothing = async (): Promise<object> => ({});
const offered = [
  {
    service: 'sts',
    operations: { GetCallerIdentity: real(nothing), AssumeRole: partial(nothing, 'No policies | yet.') },
  },
  { service: 's3', operations: { PutBucketTagging: storedOnly(nothing) } },
];

describe('coverage', () => {
  it('counts every operation of every model once', async () => {
    const coverage = await readCoverage(offered);
    const sts = coverage.find(({ service }) => service === 'sts');
    expect(sts?.counts).toMatchObject({ real: 1, partial: 1, 'stored-only': 0 });
    for (const { counts, operations } of coverage) {
      expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(operations.length);
      expect(operations.length).toBeGreaterThan(0);
    }
  });

  it('is rendered as page, text and JSON', async () => {
    const coverage = await readCoverage(offered);
    const page = coverageMarkdown(coverage);
    expect(page).toContain('| AssumeRole | partial | No policies \\| yet. |');
    expect(page).toContain('| PutBucketTagging | stored only |  |');
    expect(page.endsWith('\n') && !page.endsWith('\n\n')).toBe(true);
    expect(coverageText(coverage)).toContain('  AssumeRole: partial\n    No policies | yet.\n');
    expect(coverageReport(coverage).services).toHaveLength(22);
  });

  it('refuses an operation that two systems offer', async () => {
    await expect(readCoverage([...offered, ...offered])).rejects.toThrow('offered twice');
  });
});
