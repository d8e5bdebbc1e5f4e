// The short form; test/full/replicas.test.ts has the long one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killInRounds } from '../support/replica-rounds.ts';
import { missingForReplicas, prepareReplicas, type Replicas } from '../support/replicas.ts';
import { restartInTurn } from '../support/rolling-restart.ts';

const missing = missingForReplicas('moto');
if (missing) process.stderr.write(`Skipped: replicas on one PostgreSQL and one S3, because ${missing}.\n`);

describe.skipIf(missing)('two replicas', () => {
  let replicas: Replicas;
  beforeAll(async () => {
    replicas = await prepareReplicas('moto');
  });
  afterAll(() => replicas?.remove());

  it('migrate once when they start together', async () => {
    const servers = await Promise.all(['a', 'b', 'c'].map((name) => replicas.start(name)));
    const rows = await replicas.query(
      'select count(*)::integer as all, count(distinct id)::integer as ids from loam_migrations',
    );
    expect(rows[0]?.all).toBe(rows[0]?.ids);
    for (const server of servers) expect(await server.stop()).toBe(0);
  });

  it('lose nothing and count nothing twice when one or the other is killed', () => killInRounds(replicas, 3), 120_000);

  it('fail no request while both are restarted in turn', () => restartInTurn(replicas, 1), 60_000);
});
