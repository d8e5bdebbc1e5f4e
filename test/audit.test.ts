import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Report {
  readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
}

/** Asks the registry; what is no report (no network, a registry without this service) is undefined. */
function audit(): Report | undefined {
  const line = ['audit', '--json', '--audit=true', '--omit=dev'];
  const { stdout } = spawnSync('npm', line, { cwd: root, encoding: 'utf8', timeout: 60_000 });
  try {
    const report = JSON.parse(stdout) as Report;
    return report.metadata ? report : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

it('no production dependency has a known vulnerability that is high or critical', (context) => {
  const report = audit();
  if (!report) {
    process.stderr.write('Skipped: npm audit, because the registry gave no report.\n');
    return context.skip();
  }
  const grave = Object.entries(report.vulnerabilities ?? {}).filter(([, { severity }]) =>
    /high|critical/.test(severity),
  );
  expect(grave).toEqual([]);
}, 90_000);
