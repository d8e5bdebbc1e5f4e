import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const REPOSITORY = 'https://github.com/ceph/s3-tests';
const HOW = `Unpack ${REPOSITORY} somewhere and name the folder in LOAM_S3_TESTS.`;
const PLUGINS = ['pytest-xdist', 'pytest-timeout'];

/** The suite is not here and cannot be fetched; the message says how to get it. */
export class SuiteMissing extends Error {
  override readonly name = 'SuiteMissing';
}

export interface Suite {
  readonly folder: string;
  readonly python: string;
  /** Installs packages into the suite's own environment and gives the folder of its programs. */
  install(...packages: string[]): string;
}

/** The suite's folder and a Python with what it needs, both outside of the repository. @throws SuiteMissing */
export function fetchSuite(environment: NodeJS.ProcessEnv): Suite {
  const parts = environment.LOAM_TEST_PARTS ?? join(homedir(), '.cache', 'loam-test-parts');
  mkdirSync(parts, { recursive: true });
  const folder = environment.LOAM_S3_TESTS ?? clone(join(parts, 's3-tests'));
  if (!existsSync(join(folder, 's3tests', 'functional', 'test_s3.py'))) {
    throw new SuiteMissing(`The suite is not in ${folder}. ${HOW}`);
  }
  const venv = join(parts, 's3-tests-venv');
  const bin = join(venv, 'bin');
  const python = join(bin, 'python');
  const install = (...packages: string[]): string => {
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
    return bin;
  };
  if (!existsSync(python)) run('python3', ['-m', 'venv', venv]);
  if (!has(python, 'xdist', 'pytest_timeout', 'boto3', 'lxml')) {
    install('-r', join(folder, 'requirements.txt'), ...PLUGINS);
  }
  return { folder, python, install };
}

function clone(folder: string): string {
  if (existsSync(folder)) return folder;
  const { status } = spawnSync('git', ['clone', '--quiet', '--depth', '1', REPOSITORY, folder], { stdio: 'ignore' });
  if (status !== 0) throw new SuiteMissing(`The suite could not be cloned. ${HOW}`);
  return folder;
}

function has(python: string, ...modules: string[]): boolean {
  return spawnSync(python, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' }).status === 0;
}

function run(command: string, line: string[]): void {
  const { status } = spawnSync(command, line, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${line.join(' ')} ended with ${status}.`);
}
