import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends the run's output with a line for each suite that lacks a real part, and with `N passed, N failed, N skipped`, which any
 * continuous integration can read.
 */
export function closingLine(): Reporter {
  return {
    onTestRunEnd(modules: readonly TestModule[], errors) {
      const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
      for (const module of modules) {
        for (const test of module.children.allTests()) {
          counts[test.result().state] += 1;
          if (test.name.startsWith('skipped: ')) console.log(`${module.relativeModuleId}: ${test.name}`);
        }
        // A file that could not be read has no tests to fail.
        if (module.state() === 'failed' && module.errors().length > 0) counts.failed += 1;
      }
      console.log(`Databases: ${databases()}`);
      console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    },
  };
}

/** Which forms of the database the suites ran on. */
function databases(): string {
  const real = process.env.LOAM_TEST_DATABASE_URL !== undefined;
  if (!real) return 'embedded PostgreSQL and PGlite; no server by URL, because LOAM_TEST_DATABASE_URL is not set.';
  return 'a PostgreSQL server by URL for all suites; embedded and PGlite as well where a suite is about forms or restarts.';
}
