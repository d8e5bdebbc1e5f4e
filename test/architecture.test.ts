// Holds what the design says about the shape of the source: who may import whom, where the network and unscoped statements
// may be touched, how long files are and what they are called. A new exception is one line here, with its reason beside it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// A layer imports itself and what stands before it.
const LAYERS = [
  'core',
  'kernel',
  'storage',
  'workers',
  'segments',
  'models',
  'access',
  'wire',
  'systems',
  'setting-values.ts',
  'file-settings.ts',
  'config.ts',
  'server',
  'garbage.ts',
  'shelf-watch.ts',
  'backups.ts',
  'periodic-work.ts',
  'loam.ts',
  'maintenance.ts',
  'cli',
  'main.ts',
];
// Stands beside the others: on these alone.
const SPARSE = ['core', 'kernel', 'sparse'];

// Which system may import which, through its index.ts.
const SYSTEM_PAIRS: Readonly<Record<string, readonly string[]>> = {
  knowledge: ['objects'],
  // Folders are mirrored into buckets.
  folders: ['objects'],
  // The audit trail is exported to a bucket.
  trail: ['objects'],
};

// Files that call out by themselves, to the server that the command line was told of; everybody else is given the guarded
// `fetch` of core/outbound.
const MAY_FETCH = ['cli/loam-client.ts', 'cli/doctor/server.ts'];
// The last one takes the network away from programs of others.
const MAY_IMPORT_NETWORK = [
  'server/',
  'core/outbound/',
  'workers/leave-network.ts',
  // To the server that configuration names: Redis speaks a protocol of its own.
  'systems/knowledge/vector-stores/redis/',
];
// The database and the object store go where the configuration says, the command line to its server, by clients of their own;
// the client of a cloud's models is given the guarded fetch as its handler.
const MAY_HAVE_CLIENTS = ['storage/database/', 'storage/objects/', 'cli/', 'models/providers/bedrock-client.ts'];
// Files whose statements have no owner; everybody else uses `query(scope, …)`.
const MAY_USE_SYSTEM = [
  // The root key belongs to the database, not to an account.
  'storage/keys/root-key-check.ts',
  'storage/jobs/job-table.ts',
  'storage/jobs/instance-table.ts',
  // Bytes are collected for all accounts at once, and a backup is of all of them.
  'storage/leases.ts',
  'storage/backup/create-backup.ts',
  'shelf-watch.ts',
  // A key is what leads to the account; accounts belong to the operator of the whole.
  'access/access-key-table.ts',
  'access/account-table.ts',
  'access/console-session-table.ts',
  'systems/identity/tables/access-keys.ts',
  // A chain of records is one process's, of all accounts.
  'access/audit/tables.ts',
  // Bucket names are unique across accounts; removals and segments are collected for all accounts at once.
  'systems/objects/tables/buckets.ts',
  'systems/objects/tables/removals.ts',
  // Events are delivered for all accounts at once.
  'systems/objects/tables/events.ts',
  'systems/knowledge/tables/segments.ts',
  // Their bytes are collected for all accounts at once.
  'systems/knowledge/tables/document-tables.ts',
  'systems/knowledge/tables/expired-answers.ts',
  // Vector stores are brought up to date for all accounts at once.
  'systems/knowledge/tables/vector-stores.ts',
  // Changed data sources of all accounts are looked for at once.
  'systems/knowledge/tables/watched-sources.ts',
  'systems/knowledge/tables/index-history.ts',
  // Keys of all accounts are destroyed and rotated when their time has come.
  'systems/kms/tables/due-keys.ts',
  'systems/secrets/tables/due-secrets.ts',
  'systems/kms/tables/key-tombstones.ts',
  // `select 1`, for the health of the database.
  'loam.ts',
];

const FORBIDDEN_NAME = /^(utils?|helpers?|common|manager|misc)\.ts$/;
const MOST_LINES = 400;
const MOST_TEST_LINES = 600;

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly { readonly target: string; readonly typeOnly: boolean }[];
  /** Tests and what only they use; they may look into everything. */
  readonly isTest: boolean;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
const IMPORT =
  /^\s*(?:import|export)\s+(type\s)?(?:[^'"();]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;
const TEST = /\.test\.ts$|(^|\/)(open-test-|start-test-)[^/]*$|(^|\/)[^/]*conformance\.ts$/;

const sources: readonly Source[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((file) => {
    const path = file.split(sep).join('/');
    const text = readFileSync(join(root, file), 'utf8');
    const imports = [...text.matchAll(IMPORT)].map(([, typeOnly, target = '', dynamic = '']) => ({
      target: resolve(path, target || dynamic),
      typeOnly: typeOnly !== undefined,
    }));
    return { path, text, imports, isTest: TEST.test(path) };
  });
const code = sources.filter(({ isTest }) => !isTest);

function resolve(from: string, target: string): string {
  return target.startsWith('.') ? posix.join(posix.dirname(from), target) : target;
}

const layerOf = (path: string): string => path.split('/')[0] ?? '';
const isOurs = (target: string): boolean => sources.some(({ path }) => path === target);
const systemOf = (path: string): string | undefined => /^systems\/([^/]+)\//.exec(path)?.[1];

function importsAgainst(rule: (from: string, target: string, typeOnly: boolean) => boolean): string[] {
  return code.flatMap(({ path, imports }) =>
    imports.filter(({ target, typeOnly }) => rule(path, target, typeOnly)).map(({ target }) => `${path} → ${target}`),
  );
}

it('finds the source', () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(code.flatMap(({ imports }) => imports).filter(({ target }) => isOurs(target)).length).toBeGreaterThan(200);
});

it('imports point down only', () => {
  const isUp = (from: string, target: string): boolean => {
    if (!isOurs(target)) return false;
    const [layer, other] = [layerOf(from), layerOf(target)];
    if (layer === 'sparse') return !SPARSE.includes(other);
    if (other === 'sparse') return LAYERS.indexOf(layer) < LAYERS.indexOf('systems');
    return LAYERS.indexOf(other) > LAYERS.indexOf(layer);
  };
  expect(importsAgainst(isUp)).toEqual([]);
  const layers = new Set(code.map(({ path }) => layerOf(path)));
  expect([...layers].filter((layer) => layer !== 'sparse' && !LAYERS.includes(layer))).toEqual([]);
});

it('a system is imported through its index.ts, by those that may', () => {
  const trespasses = (from: string, target: string): boolean => {
    const [own, other] = [systemOf(from), systemOf(target)];
    if (other === undefined || own === other) return false;
    if (target !== `systems/${other}/index.ts`) return true;
    return own !== undefined && !(SYSTEM_PAIRS[own] ?? []).includes(other);
  };
  expect(importsAgainst(trespasses)).toEqual([]);
});

it('code does not import what is made for tests', () => {
  const tests = new Set(sources.filter(({ isTest }) => isTest).map(({ path }) => path));
  expect(importsAgainst((_from, target) => tests.has(target) || target === 'vitest')).toEqual([]);
});

it('only listed files touch the network', () => {
  const isNetwork = /^(node:)?(https?|http2|net|tls|dgram|dns(\/promises)?|undici|axios|got|node-fetch|ws)$/;
  const isAllowed = (path: string): boolean => MAY_IMPORT_NETWORK.some((folder) => path.startsWith(folder));
  expect(importsAgainst((from, to, typeOnly) => isNetwork.test(to) && !typeOnly && !isAllowed(from))).toEqual([]);
  const fetching = code.filter(({ text }) => namesGlobalFetch(withoutProse(text))).map(({ path }) => path);
  expect(fetching.filter((path) => !MAY_FETCH.includes(path))).toEqual([]);
  const others = /new (\w+Client|WebSocket|EventSource|XMLHttpRequest|NodeHttpHandler)\(/;
  const clients = code.filter(({ text }) => others.test(withoutProse(text))).map(({ path }) => path);
  expect(clients.filter((path) => !MAY_HAVE_CLIENTS.some((folder) => path.startsWith(folder)))).toEqual([]);
});

/** Whether `fetch` means the platform's: it is called or passed on where nothing in the file declares it. */
function namesGlobalFetch(text: string): boolean {
  if (/(?<!typeof )globalThis\s*(\.fetch|\[)/.test(text)) return true;
  const declared = /\{[^{}]*\bfetch\b[^{}]*\}\s*(:\s*[A-Z]|= )|const fetch\b|\(fetch\b|, fetch:/.test(text);
  return !declared && /(?<![.\w-])fetch\b(?!\??\s*:|\w|-)/.test(text);
}

function withoutProse(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '').replace(/'[^'\n]*'|`[^`]*`/g, "''");
}

it('only listed files run statements without a scope', () => {
  const unscoped = code.filter(({ text }) => /\.system\s*[<(]/.test(text)).map(({ path }) => path);
  expect(unscoped.filter((path) => !MAY_USE_SYSTEM.includes(path))).toEqual([]);
});

it('files have names that say what they do, no default export and few lines', () => {
  const bad = sources.flatMap(({ path, text, isTest }) => {
    const lines = text.split('\n').length - 1;
    return [
      ...(FORBIDDEN_NAME.test(posix.basename(path)) ? [`${path}: its name says nothing`] : []),
      ...(/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|task|d))?\.ts$/.test(posix.basename(path))
        ? []
        : [`${path}: not kebab-case`]),
      ...(/^export default\b/m.test(text) ? [`${path}: default export`] : []),
      ...(lines > (isTest ? MOST_TEST_LINES : MOST_LINES) ? [`${path}: ${lines} lines`] : []),
    ];
  });
  expect(bad).toEqual([]);
});
