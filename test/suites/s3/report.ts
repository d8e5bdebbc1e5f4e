import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AreaCount, countByArea } from './areas.ts';
import type { Result } from './run-suite.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const RESULTS = path('../../../bench/RESULTS.md');
const PAGE = path('../../../docs/s3-tests.md');
const REASONS = path('../s3-tests-reasons.json');
const PASSING = path('../s3-tests-passing.txt');
const HEADING = '## The public S3 suite (`test/suites/s3-tests`)';

export interface Runs {
  readonly loam: readonly Result[];
  /** Of moto server in the same run. */
  readonly moto: readonly Result[] | undefined;
  readonly motoVersion: string | undefined;
}

/** The table of both runs, by area. */
export function tableOf({ loam, moto }: Runs): string {
  const others = moto && countByArea(moto);
  const rows = countByArea(loam).map((row, index) => {
    const other = others?.[index];
    return `| ${[row.area, ...cells(row), ...(other ? cells(other) : [])].join(' | ')} |`;
  });
  const heads = ['area', 'passed', 'failed', 'skipped', ...(moto ? ['moto passed', 'failed', 'skipped'] : [])];
  return [`| ${heads.join(' | ')} |`, `|${'---|'.repeat(heads.length)}`, ...rows].join('\n');
}

function cells({ passed, failed, skipped }: AreaCount): string[] {
  return [passed, failed, skipped].map(String);
}

/** Writes the table into bench/RESULTS.md and the failing tests, each with its reason, into docs/s3-tests.md. */
export function writeReport(runs: Runs): void {
  writeFileSync(RESULTS, withSection(readFileSync(RESULTS, 'utf8'), sectionOf(runs)));
  writeFileSync(PAGE, pageOf(runs));
}

function sectionOf(runs: Runs): string {
  const passed = (results: readonly Result[]): number => results.filter(({ outcome }) => outcome === 'passed').length;
  const moto = runs.moto ? `, moto server ${runs.motoVersion ?? ''} passes ${passed(runs.moto)} in the same run` : '';
  const sentence = `Loam passes ${passed(runs.loam)} of ${runs.loam.length} selected tests${moto}. Bar: 510, and more than moto.`;
  return `${HEADING}\n\n${sentence}\n\n${tableOf(runs)}\n`;
}

function withSection(text: string, section: string): string {
  const start = text.indexOf(HEADING);
  if (start < 0) return `${text.trimEnd()}\n\n${section}`;
  const end = text.indexOf('\n## ', start + 1);
  return `${text.slice(0, start)}${section}${end < 0 ? '' : text.slice(end)}`;
}

function pageOf({ loam }: Runs): string {
  const reasons = JSON.parse(readFileSync(REASONS, 'utf8')) as Record<string, string>;
  const failing = loam.filter(({ outcome }) => outcome === 'failed');
  const rows = failing.map(({ name }) => `| ${name} | ${reasons[name] ?? 'unexplained'} |`);
  return [
    '# The public S3 suite',
    '',
    'Loam is run against [ceph/s3-tests](https://github.com/ceph/s3-tests), which is fetched for the run and no part of this',
    'repository: `test/suites/s3-tests`. The figures by area, beside those of moto server, are in `bench/RESULTS.md`. This page',
    'is written by `test/suites/s3-tests --write`; the reasons stand in `test/suites/s3-tests-reasons.json`.',
    '',
    failing.length === 0 ? 'No selected test fails.' : `${failing.length} of ${loam.length} selected tests fail:`,
    ...(failing.length === 0 ? [] : ['', '| test | why |', '|---|---|', ...rows]),
    '',
  ].join('\n');
}

/** The tests that passed when the list was last written: the ones that may not be lost. */
export function readPassing(): ReadonlySet<string> {
  return new Set(readFileSync(PASSING, 'utf8').split('\n').filter(Boolean));
}

export function writePassing(results: readonly Result[]): void {
  const names = results.filter(({ outcome }) => outcome === 'passed').map(({ name }) => name);
  writeFileSync(PASSING, `${names.join('\n')}\n`);
}
