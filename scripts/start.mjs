// `npm start`: builds what must be built, then starts the server with the flags given after `--`.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const entry = join(root, 'dist', 'main.js');

function newest(folder) {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !file.parentPath.includes('node_modules'))
    .reduce((latest, file) => Math.max(latest, statSync(join(file.parentPath, file.name)).mtimeMs), 0);
}

const sources = Math.max(newest(join(root, 'src')), newest(join(root, 'console')));
if (!existsSync(entry) || statSync(entry).mtimeMs < sources) await import('./build.mjs');
process.argv.splice(1, 1, entry, 'start');
await import(pathToFileURL(entry).href);
