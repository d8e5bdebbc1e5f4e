// The short form; `npm run soak -- --minutes 60` or `--kills 100` is the long one.
import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { runSoak } from './run-soak.ts';
import { embeddedWorld, remoteWorld } from './world.ts';

const SECONDS = Number(process.env.LOAM_TEST_SOAK_SECONDS ?? 60);

it.each([
  ['the embedded database', embeddedWorld],
  ['a database and a store by URL', remoteWorld],
])(
  'keeps every promise under faults, on %s',
  async (_name, open) => {
    const world = await open();
    const skipped = typeof world === 'string' ? [world] : world.lacking;
    for (const reason of skipped) process.stderr.write(`Skipped: the soak without ${reason}.\n`);
    if (typeof world === 'string') return;
    const seed = randomInt(2 ** 31);
    try {
      const report = await runSoak(world, { seed, milliseconds: (SECONDS / 2) * 1000, say: () => undefined });
      expect(report.problems, `seed ${seed}`).toEqual([]);
      expect(report.acknowledged).toBeGreaterThan(10);
    } finally {
      await world.close();
    }
  },
  600_000,
);
