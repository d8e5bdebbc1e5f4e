import { createHash } from 'node:crypto';
import type { Log } from '../../../core/log.ts';
import type { JobHandler, Jobs } from '../../../storage/jobs/contract.ts';
import type { Bucket, ObjectSystem } from '../object.ts';
import { findBucket, selectBucketsWith } from '../tables/buckets.ts';
import { runLifecycle } from './run.ts';

const KIND = 'objects-lifecycle';
const DAY_MS = 86_400_000;

interface Payload {
  readonly bucket: string;
}

/** One pass over one bucket. */
export function lifecycleJob(system: ObjectSystem, log: Log): JobHandler<Payload> {
  return {
    kind: KIND,
    attempts: 5,
    concurrency: 1,
    async run({ payload, signal }) {
      const bucket = await findBucket(system.database, payload.bucket);
      if (!bucket?.settings.lifecycle) return;
      const result = await runLifecycle(system, bucket, signal);
      if (result.found > 0) log.info({ bucket: bucket.name, ...result }, 'lifecycle rules were applied');
    },
  };
}

/**
 * Sees to it that every bucket with rules has its pass of today (UTC), and another one after its rules were changed. To be
 * called now and then, by every replica: the id of a pass is made from what it is of, so it runs once.
 */
export async function scheduleLifecycle({ database, clock }: ObjectSystem, jobs: Jobs): Promise<void> {
  const day = Math.floor(clock.now() / DAY_MS);
  for (const bucket of await selectBucketsWith(database, 'lifecycle')) {
    await jobs.enqueue(bucket, { id: passId(bucket, day), kind: KIND, payload: { bucket: bucket.name } });
  }
}

/** A UUID that is the same for the same pass. */
function passId({ account, region, name, createdAt, settings }: Bucket, day: number): string {
  const pass = [KIND, account, region, name, createdAt.getTime(), day, settings.lifecycle];
  const hex = createHash('sha256').update(JSON.stringify(pass)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
