import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CloudTrailClient, type Event, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, expect, it } from 'vitest';
import { createAuditExports } from '../../src/access/audit/exports.ts';
import { silentLog } from '../../src/core/log.ts';
import { MIGRATIONS } from '../../src/loam.ts';
import { openDatabase } from '../../src/storage/database/open-database.ts';
import { createTrailExport } from '../../src/systems/trail/index.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { callerOf, loam } from './start-access.ts';

const data = mkdtempSync(join(tmpdir(), 'loam-test-'));
const started: TestServer[] = [];
afterAll(async () => {
  for (const server of started) await server.kill();
  rmSync(data, { recursive: true, force: true });
});

async function eventsOf(server: TestServer, name: string): Promise<Event[]> {
  const trail = new CloudTrailClient(server.client);
  const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: name }];
  const events: Event[] = [];
  for (let NextToken: string | undefined; ; ) {
    const page = await trail.send(new LookupEventsCommand({ LookupAttributes, NextToken }));
    events.push(...(page.Events ?? []));
    NextToken = page.NextToken;
    if (NextToken === undefined) return events;
  }
}

it('has every change that was answered, after kill -9 too, and its chains are whole', async () => {
  const first = await startServer({ data });
  started.push(first);
  const { s3 } = callerOf(first, 'root', first.client.credentials);
  await s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
  const answered: string[] = [];
  const put = async (Key: string): Promise<void> => {
    await s3.send(new PutObjectCommand({ Bucket: 'kept', Key, Body: 'x' }));
    answered.push(`kept/${Key}`);
  };
  const load = Promise.allSettled(
    Array.from({ length: 8 }, async (_, lane) => {
      for (let round = 0; round < 1_000; round++) await put(`${lane}-${round}`);
    }),
  );
  await expect.poll(() => answered.length, { timeout: 20_000 }).toBeGreaterThan(60);
  await first.kill();
  await load;
  const second = await startServer({ data });
  try {
    const recorded = new Set(
      (await eventsOf(second, 'PutObject')).map(({ Resources }) => Resources?.[0]?.ResourceName),
    );
    expect(answered.filter((name) => !recorded.has(name))).toEqual([]);
    const verified = await loam<{ chains: number; broken?: object }>(
      second,
      second.client.credentials,
      'VerifyAudit',
      {},
    );
    expect(verified.chains).toBeGreaterThan(0);
    expect(verified.broken).toBeUndefined();
  } finally {
    await second.stop();
  }
}, 120_000);

it('is exported once for each record, a broken-off export included', async () => {
  const database = await openDatabase({ dataFolder: data, migrations: MIGRATIONS, log: silentLog });
  const files = new Map<string, Buffer>();
  let fails = 1;
  const objects = {
    async putObject(_scope: unknown, _bucket: string, key: string, { body }: { body: AsyncIterable<Uint8Array> }) {
      const parts: Uint8Array[] = [];
      for await (const part of body) parts.push(part);
      files.set(key, Buffer.concat(parts));
      if (fails-- > 0) throw new Error('broken off');
      return { etag: '', size: 0 };
    },
  };
  let now = Date.now();
  const options = {
    objects: objects as never,
    scope: { account: '000000000000', region: 'us-east-1' },
    bucket: 'trail',
  };
  const trail = createTrailExport({ ...options, exports: createAuditExports({ database, clock: { now: () => now } }) });
  const signal = new AbortController().signal;
  await expect(trail.run(signal)).rejects.toThrow('broken off');
  now += 3_600_000;
  expect(await trail.run(signal)).toBeGreaterThan(60);
  expect(await trail.run(signal)).toBe(0);
  const records = [...files.values()].flatMap(
    (file) => (JSON.parse(gunzipSync(file).toString('utf8')) as { Records: { eventID: string }[] }).Records,
  );
  const [row] = await database.system<{ calls: number }>(
    'select count(*) as calls from audit_records where event_id is not null',
  );
  expect(records).toHaveLength(row?.calls ?? 0);
  expect(new Set(records.map(({ eventID }) => eventID)).size).toBe(records.length);
  expect([...files.keys()][0]).toMatch(
    /^AWSLogs\/000000000000\/CloudTrail\/us-east-1\/\d{4}\/\d\d\/\d\d\/000000000000_CloudTrail_us-east-1_\d{8}T\d{4}Z_.*\.json\.gz$/,
  );
  await database.close();
}, 60_000);
