// A bucket with a million objects, and one with a million versions, markers among them: pages of 1,000 and the second start.
// node --import tsx bench/large-bucket.ts [objects]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import pg from 'pg';
import { startServer, type TestServer } from '../test/support/server.ts';

const COUNT = Number(process.argv[2] ?? 1_000_000);
const BATCH = 50_000;
const PAGES = 20;
const VERSIONS_OF_A_KEY = 4;
// The middle of the keys: a page is as quick there as at the beginning.
const MIDDLE = `folder-${String(COUNT / 2_000).padStart(6, '0')}/`;

/** Rows as PutObject and DeleteObject write them; a thousand keys to a folder. */
const FILL = `insert into objects (account, region, bucket, key, version_id, is_latest, delete_marker, size, etag,
    modified_at, headers, metadata, inline_bytes)
  select b.account, b.region, b.name,
    'folder-' || lpad((n / $2 / 1000)::text, 6, '0') || '/object-' || lpad((n / $2)::text, 9, '0'),
    case when $2 = 1 then 'null' else md5(n::text) end, n % $2 = $2 - 1, $2 > 1 and n % $2 = $2 - 1 and n / $2 % 2 = 0,
    case when $2 > 1 and n % $2 = $2 - 1 and n / $2 % 2 = 0 then 0 else 1 end, md5(n::text), now(), '{}', '{}',
    case when $2 > 1 and n % $2 = $2 - 1 and n / $2 % 2 = 0 then null else '\\x78'::bytea end
  from buckets b, generate_series($3::bigint, $4::bigint) n where b.name = $1`;

function clientOf({ client }: TestServer): S3Client {
  return new S3Client({ ...client, forcePathStyle: true });
}

async function fill(server: TestServer, bucket: string, versions: number): Promise<void> {
  const database = new pg.Client({
    ...{ host: join(server.data, 'postgres', 'socket'), port: 5432, user: 'loam', database: 'postgres' },
  });
  await database.connect();
  for (let first = 0; first < COUNT; first += BATCH) {
    await database.query(FILL, [bucket, versions, first, Math.min(first + BATCH, COUNT) - 1]);
  }
  await database.query('analyze objects');
  await database.end();
}

async function median(work: () => Promise<unknown>): Promise<string> {
  const taken: number[] = [];
  for (let page = 0; page < PAGES; page++) {
    const begun = performance.now();
    await work();
    taken.push(performance.now() - begun);
  }
  taken.sort((a, b) => a - b);
  const at = (share: number): string => (taken[Math.floor(taken.length * share)] ?? Number.NaN).toFixed(1);
  return `${at(0.5)} ms | ${at(0.95)} ms`;
}

async function pages(s3: S3Client): Promise<void> {
  const list = (input: Omit<ListObjectsV2CommandInput, 'Bucket'>, Bucket = 'large') =>
    median(() => s3.send(new ListObjectsV2Command({ Bucket, ...input })));
  const versions = (input: { KeyMarker?: string; Delimiter?: string }) =>
    median(() => s3.send(new ListObjectVersionsCommand({ Bucket: 'versioned', ...input })));
  console.log(`| a page of 1,000, of ${COUNT} rows, with the client | median | p95 |\n|---|---|---|`);
  console.log(`| keys, from the first | ${await list({})} |`);
  console.log(`| keys, from the middle | ${await list({ StartAfter: MIDDLE })} |`);
  console.log(`| keys of a prefix | ${await list({ Prefix: MIDDLE })} |`);
  console.log(`| folders (delimiter) | ${await list({ Delimiter: '/' })} |`);
  console.log(`| keys of a prefix, with a delimiter | ${await list({ Prefix: MIDDLE, Delimiter: '/' })} |`);
  console.log(`| current keys among versions, half of them deleted | ${await list({}, 'versioned')} |`);
  console.log(`| versions, from the first | ${await versions({})} |`);
  console.log(`| versions, from the middle | ${await versions({ KeyMarker: MIDDLE })} |`);
  console.log(`| versions, folders (delimiter) | ${await versions({ Delimiter: '/' })} |`);
}

const data = mkdtempSync(join(tmpdir(), 'loam-bench-'));
try {
  const first = await startServer({ data });
  const s3 = clientOf(first);
  for (const Bucket of ['large', 'versioned']) await s3.send(new CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: 'versioned', VersioningConfiguration }));
  await fill(first, 'large', 1);
  await fill(first, 'versioned', VERSIONS_OF_A_KEY);
  await pages(s3);
  s3.destroy();
  await first.stop();
  const begun = performance.now();
  const second = await startServer({ data });
  const page = clientOf(second);
  await page.send(new ListObjectsV2Command({ Bucket: 'large' }));
  console.log(`\nSecond start to the first page: ${(performance.now() - begun).toFixed(0)} ms`);
  page.destroy();
  await second.stop();
} finally {
  rmSync(data, { recursive: true, force: true });
}
