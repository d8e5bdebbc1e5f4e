import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../../access/principal.ts';
import { systemClock } from '../../../core/clock.ts';
import type { Database } from '../../../storage/database/contract.ts';
import { createBucketDirectory } from '../bucket-directory.ts';
import type { ObjectSystem } from '../object.ts';
import { FIRST, startTestServer, type TestServer } from '../start-test-server.ts';
import { createGuard } from './guard.ts';
import { createHeldOwners } from './held-owners.ts';

const root: Principal = { type: 'root', account: FIRST, arn: `arn:aws:iam::${FIRST}:root`, id: FIRST };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** The server's database, with the number of queries that went to it. */
function counting(database: Database) {
  const count = { queries: 0 };
  const counted: Database = {
    ...database,
    query: (...query) => {
      count.queries += 1;
      return database.query(...query);
    },
    system: (...query) => {
      count.queries += 1;
      return database.system(...query);
    },
  };
  return { count, database: counted };
}

async function guardOfBucket(Bucket: string, statement?: object) {
  const s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', Tagging: 'team=red' }));
  if (statement) {
    const Statement = [{ Effect: 'Allow', Principal: '*', Resource: `arn:aws:s3:::${Bucket}/*`, ...statement }];
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement }) }));
  }
  const { count, database } = counting(server.database);
  const system = { database, buckets: createBucketDirectory(database, systemClock) } as unknown as ObjectSystem;
  await system.buckets.open(Bucket);
  count.queries = 0;
  const guard = createGuard(system, createHeldOwners());
  const scope = { account: FIRST, region: 'us-east-1' };
  const access = { action: 's3:GetObject', resource: `arn:aws:s3:::${Bucket}/a` };
  return { count, ask: () => guard(access, { scope, principal: root, operation: 'GetObject' }, {}) };
}

describe('the guard of a remembered bucket', () => {
  it('asks the database nothing', async () => {
    const { count, ask } = await guardOfBucket('plain');
    expect(await ask()).toMatchObject({ account: FIRST });
    expect(count.queries).toBe(0);
  });

  it('asks nothing for a policy that does not ask for tags', async () => {
    const { count, ask } = await guardOfBucket('with-a-policy', { Action: 's3:GetObject' });
    expect(await ask()).toMatchObject({ account: FIRST, policy: { name: 'the policy of the bucket with-a-policy' } });
    expect(count.queries).toBe(0);
  });

  it('looks an object up for a policy that asks for its tags', async () => {
    const Condition = { StringEquals: { 's3:ExistingObjectTag/team': 'red' } };
    const { count, ask } = await guardOfBucket('with-tags', { Action: 's3:GetObject', Condition });
    expect(await ask()).toMatchObject({ keys: { 's3:ExistingObjectTag/team': 'red' } });
    expect(count.queries).toBe(1);
  });
});
