import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Suite } from './fetch-suite.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const FILES = ['s3tests/functional/test_s3.py', 's3tests/functional/test_headers.py'];
const LEFT_OUT = [
  ...['fails_on_aws', 'fails_on_rgw', 'lifecycle_expiration', 'lifecycle_transition', 'cloud_transition'],
  ...['cloud_restore', 's3website', 'bucket_logging', 'bucket_logging_cleanup', 'appendobject'],
];
/** Which tests of the suite are run, as pytest's `-m` takes it. */
const SELECTION = LEFT_OUT.map((mark) => `not ${mark}`).join(' and ');

export type Outcome = 'passed' | 'failed' | 'skipped';

export interface Result {
  readonly name: string;
  readonly outcome: Outcome;
  /** The first line of the error, or why it was skipped. */
  readonly detail: string;
}

export interface RunOptions {
  readonly suite: Suite;
  /** An empty folder for the configuration and the results. */
  readonly folder: string;
  /** The text of the configuration file for each process. */
  readonly configurations: readonly string[];
  readonly keyword: string | undefined;
  /** Names of the only tests to run. */
  readonly only?: ReadonlySet<string>;
  /** For one test. */
  readonly timeoutSeconds: number;
}

/** Runs the selected tests in as many processes as there are configurations. */
export async function runSuite(options: RunOptions): Promise<Result[]> {
  const { suite, folder, configurations } = options;
  const configuration = join(folder, 's3tests.conf');
  for (const [index, text] of [configurations[0] ?? '', ...configurations].entries()) {
    writeFileSync(index === 0 ? configuration : `${configuration}.gw${index - 1}`, text);
  }
  const results = join(folder, 'results.jsonl');
  const line = [
    ...[
      '-m',
      'pytest',
      '-q',
      `--tb=${options.keyword === undefined ? 'no' : 'short'}`,
      '-p',
      'no:cacheprovider',
      '-p',
      'loam_results',
    ],
    ...['-n', `${configurations.length}`, '--timeout', `${options.timeoutSeconds}`, '-m', SELECTION],
    ...(options.keyword === undefined ? [] : ['-k', options.keyword]),
    ...FILES,
  ];
  const environment = {
    ...process.env,
    PYTHONPATH: HERE,
    PYTHONDONTWRITEBYTECODE: '1',
    S3TEST_CONF: configuration,
    LOAM_S3_TESTS_CONF: configuration,
    LOAM_S3_TESTS_RESULTS: results,
    ...(options.only && { LOAM_S3_TESTS_ONLY: listOf(folder, options.only) }),
  };
  await runProcess(suite.python, line, suite.folder, environment);
  return existsSync(results) ? readResults(results) : [];
}

function listOf(folder: string, names: ReadonlySet<string>): string {
  const file = join(folder, 'only.txt');
  writeFileSync(file, [...names].join('\n'));
  return file;
}

function readResults(file: string): Result[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Result).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function runProcess(command: string, line: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, line, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
    process.once('exit', () => child.kill());
    child.once('error', reject);
    // Failing tests end it with 1: the results say which.
    child.once('exit', (code) => (code === null ? reject(new Error('pytest was killed.')) : resolve()));
  });
}
