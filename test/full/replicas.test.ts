import { afterAll, beforeAll, describe, it } from 'vitest';
import { killInRounds } from '../support/replica-rounds.ts';
import { missingForReplicas, prepareReplicas, type Replicas } from '../support/replicas.ts';
import { restartInTurn } from '../support/rolling-restart.ts';

const missing = missingForReplicas('versitygw');
if (missing) process.stderr.write(`Skipped: replicas on one PostgreSQL and one S3, because ${missing}.\n`);

describe.skipIf(missing)('two replicas on PostgreSQL and versitygw', () => {
  let replicas: Replicas;
  beforeAll(async () => {
    replicas = await prepareReplicas('versitygw');
  });
  afterAll(() => replicas?.remove());

  it('lose nothing and count nothing twice in 30 kills', () => killInRounds(replicas, 30), 900_000);

  it('fail no request in five rolling restarts', () => restartInTurn(replicas, 5), 300_000);
});
