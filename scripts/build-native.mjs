// Builds native/kernel.cc to dist/kernel/kernel.node with the compiler of this machine, downloading nothing. Where there is none,
// or it fails, the build goes on without: `loam doctor` gives the reason that is left in dist/kernel/native.json.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'native', 'kernel.cc');
const target = join(root, 'dist', 'kernel', 'kernel.node');
const note = join(root, 'dist', 'kernel', 'native.json');
const COMPILERS = [process.env.CXX, 'g++', 'clang++', 'c++'].filter(Boolean);
// Contraction would round otherwise than the twin does.
const FLAGS = ['-shared', '-fPIC', '-O3', '-std=c++17', '-ffp-contract=off', '-fvisibility=hidden', '-Wall', '-Wextra'];
const UNDEFINED_LATER = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];

/** Builds the add-on unless this very source was tried before; gives what became of it. */
export function buildNative() {
  const hash = createHash('sha256').update(readFileSync(source)).update(process.version).digest('hex');
  const known = existsSync(note) ? JSON.parse(readFileSync(note, 'utf8')) : {};
  if (known.hash === hash && (known.problem !== undefined || existsSync(target))) return known;
  mkdirSync(dirname(target), { recursive: true });
  rmSync(target, { force: true });
  const problem = process.platform === 'win32' ? 'it is not built on Windows' : compile();
  const result = { hash, ...(problem === undefined ? {} : { problem }) };
  writeFileSync(note, `${JSON.stringify(result)}\n`);
  return result;
}

/** @returns why it could not be built; undefined when it was */
function compile() {
  const headers = createRequire(import.meta.url)('node-api-headers').include_dir;
  let problem = 'this machine has no C++ compiler (g++ or clang++)';
  for (const compiler of COMPILERS) {
    const line = [...FLAGS, ...UNDEFINED_LATER, '-I', headers, '-o', target, source];
    const { status, error, stderr } = spawnSync(compiler, line, { encoding: 'utf8' });
    if (status === 0) return undefined;
    if (error === undefined) problem = `${compiler} failed: ${stderr.trim().split('\n')[0]}`;
  }
  return problem;
}
