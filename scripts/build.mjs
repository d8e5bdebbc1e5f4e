// Builds dist/: compiled sources, the files beside them that are not code, and the console.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildNative } from './build-native.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const isAsset = (name) => !name.endsWith('.ts') && !name.endsWith('.md');

function copyAssets(from, to) {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) copyAssets(join(from, entry.name), join(to, entry.name));
    else if (isAsset(entry.name)) cpSync(join(from, entry.name), join(to, entry.name));
  }
}

copyAssets(join(root, 'src'), join(root, 'dist'));
run(bin('tsc'), ['-p', 'tsconfig.build.json']);
buildNative();
if (existsSync(join(root, 'console', 'vite.config.ts'))) {
  run(bin('vite'), ['build', '--config', 'console/vite.config.ts', '--logLevel', 'warn']);
}
