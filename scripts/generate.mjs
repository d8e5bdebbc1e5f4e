// `npm run generate`: writes what is generated from the built code. A stale page fails the tests.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = execFileSync(process.execPath, [join(root, 'dist', 'main.js'), 'coverage', '--markdown'], {
  encoding: 'utf8',
});
writeFileSync(join(root, 'docs', 'coverage.md'), page);
