import { setTimeout as sleep } from 'node:timers/promises';
import type { JobStatus } from '../../storage/jobs/contract.ts';
import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type Verb } from '../verb.ts';

const ENDED: ReadonlySet<JobStatus['state']> = new Set(['done', 'failed', 'cancelled']);

export const kbReembed: Verb = {
  name: 'kb reembed',
  positionals: ['KB'],
  summary: 'Embed a knowledge base anew beside its live index, then swap.',
  example: 'loam kb reembed ABCDEFGHIJ',
  options: {},
  async run(invocation) {
    const connection = connect(invocation);
    const [knowledgeBaseId] = invocation.positionals;
    const { jobId } = await callLoam<{ jobId: string }>(connection, 'ReembedKnowledgeBase', { knowledgeBaseId });
    let job: JobStatus;
    do {
      await sleep(250, undefined, { signal: invocation.signal });
      ({ job } = await callLoam<{ job: JobStatus }>(connection, 'GetReembedding', { jobId }));
      if (job.progress) invocation.output.progress('Embedding', job.progress);
    } while (!ENDED.has(job.state));
    invocation.output.result(job, job.state === 'done' ? 'The new index answers.' : `${job.state}: ${job.reason}`);
    return job.state === 'done' ? EXIT.done : EXIT.failed;
  },
};
