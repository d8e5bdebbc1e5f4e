// Generates src/wire/operation-names.json: the operations of every service, so that coverage can be told without loading all
// clients (a second and 75 MB). A unit test compares the table with the clients.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const OPERATION = 9;
const PREFIX = '@aws-sdk/client-';

async function operationNames(id) {
  const client = await import(`@aws-sdk/client-${id}`);
  const schemas = Object.values(client).filter((value) => Array.isArray(value) && value[0] === OPERATION);
  return schemas.map((schema) => schema[2]).sort();
}

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packages = Object.keys(dependencies).filter((name) => name.startsWith(PREFIX));
const table = {};
for (const name of packages.sort()) {
  const id = name.slice(PREFIX.length);
  table[id] = await operationNames(id);
}
const lines = Object.entries(table).map(([id, names]) => `"${id}": ${JSON.stringify(names)}`);
writeFileSync(join(root, 'src', 'wire', 'operation-names.json'), `{\n${lines.join(',\n')}\n}\n`);
process.stdout.write(`Wrote the operations of ${lines.length} services.\n`);
