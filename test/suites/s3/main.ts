// Runs the public S3 suite against Loam and moto server; see test/suites/s3-tests.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startServer } from '../../support/server.ts';
import { anySections, configurationText, loamSections } from './accounts.ts';
import { fetchSuite, type Suite, SuiteMissing } from './fetch-suite.ts';
import { startMoto } from './moto.ts';
import { type Runs, readPassing, tableOf, writePassing, writeReport } from './report.ts';
import { type Result, type RunOptions, runSuite } from './run-suite.ts';

const { values: flags } = parseArgs({
  options: {
    keyword: { type: 'string', short: 'k' },
    moto: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    ci: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    processes: { type: 'string', default: '2' },
    timeout: { type: 'string', default: '60' },
  },
});

// What a run ends with that could not begin.
const MISSING = 3;

type Where = Omit<RunOptions, 'configurations' | 'folder' | 'suite'>;
const processes = Array.from({ length: Number(flags.processes) }, (_, index) => index);

async function againstLoam(suite: Suite, folder: string, where: Where): Promise<Result[]> {
  // The suite sets access control lists on buckets of which it says nothing.
  const server = await startServer({ environment: { LOAM_BUCKET_OWNERSHIP: 'ObjectWriter' } });
  process.once('exit', () => server.process.kill());
  try {
    const configurations: string[] = [];
    for (const index of processes) {
      configurations.push(configurationText(server.endpoint, await loamSections(server, index)));
    }
    return await runSuite({ ...where, suite, folder, configurations });
  } finally {
    await server.stop();
  }
}

async function againstMoto(
  suite: Suite,
  folder: string,
  where: Where,
): Promise<{ results: Result[]; version: string }> {
  const moto = await startMoto(suite, process.env);
  try {
    const configurations = processes.map((index) => configurationText(moto.endpoint, anySections(index)));
    return { results: await runSuite({ ...where, suite, folder, configurations }), version: moto.version };
  } finally {
    await moto.stop();
  }
}

function lost(passing: ReadonlySet<string>, results: readonly Result[]): string[] {
  const passed = new Set(results.filter(({ outcome }) => outcome === 'passed').map(({ name }) => name));
  return [...passing].filter((name) => !passed.has(name));
}

async function main(): Promise<number> {
  const suite = fetchSuite(process.env);
  const folder = mkdtempSync(join(tmpdir(), 'loam-s3-tests-'));
  const passing = flags.ci ? readPassing() : undefined;
  const where = { keyword: flags.keyword, timeoutSeconds: Number(flags.timeout), ...(passing && { only: passing }) };
  try {
    const loam = await againstLoam(suite, mkdtempSync(join(folder, 'loam-')), where);
    // At once: the other run may take long.
    if (flags.update) writePassing(loam);
    if (flags.write) writeReport({ loam, moto: undefined, motoVersion: undefined });
    const other = flags.moto ? await againstMoto(suite, mkdtempSync(join(folder, 'moto-')), where) : undefined;
    const runs: Runs = { loam, moto: other?.results, motoVersion: other?.version };
    for (const { name, outcome, detail } of loam) if (outcome === 'failed') console.log(`${name}: ${detail}`);
    console.log(tableOf(runs));
    if (flags.write) writeReport(runs);
    const missing = passing ? lost(passing, loam) : [];
    for (const name of missing) console.error(`Passed before and does not now: ${name}`);
    return missing.length > 0 || loam.length === 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  process.exitCode = await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = error instanceof SuiteMissing ? MISSING : 1;
}
