import { connect } from '../connection.ts';
import { followJob } from '../follow-job.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type Verb } from '../verb.ts';

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
    const job = await followJob(invocation, 'GetReembedding', { jobId }, 'Embedding');
    invocation.output.result(job, job.state === 'done' ? 'The new index answers.' : `${job.state}: ${job.reason}`);
    return job.state === 'done' ? EXIT.done : EXIT.failed;
  },
};
