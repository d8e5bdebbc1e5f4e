import { setTimeout as sleep } from 'node:timers/promises';
import type { JobStatus } from '../storage/jobs/contract.ts';
import { connect } from './connection.ts';
import { callLoam } from './loam-client.ts';
import type { Invocation } from './verb.ts';

const ENDED: ReadonlySet<JobStatus['state']> = new Set(['done', 'failed', 'cancelled']);
const POLL_MS = 250;

/**
 * Asks after a job of the server until it has ended, and shows its progress.
 *
 * @param label what it does, for people: `Embedding`
 * @example const job = await followJob(invocation, 'GetReembedding', { jobId }, 'Embedding')
 */
export async function followJob(
  invocation: Invocation,
  operation: string,
  input: object,
  label: string,
): Promise<JobStatus> {
  const connection = connect(invocation);
  for (;;) {
    await sleep(POLL_MS, undefined, { signal: invocation.signal });
    const { job } = await callLoam<{ job: JobStatus }>(connection, operation, input);
    if (job.progress) invocation.output.progress(label, job.progress);
    if (ENDED.has(job.state)) return job;
  }
}
