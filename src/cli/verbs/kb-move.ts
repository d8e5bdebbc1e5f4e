import { connect } from '../connection.ts';
import { followJob } from '../follow-job.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, textOption, UsageError, type Verb } from '../verb.ts';

interface Answer {
  readonly plan: { readonly from: string; readonly to: string; readonly does: string };
  readonly jobId?: string;
}

export const kbMove: Verb = {
  name: 'kb move',
  positionals: ['KB'],
  summary: 'Copy a knowledge base to another vector store, compare the counts, then have it answer.',
  example: 'loam kb move ABCDEFGHIJ --to embedded',
  options: {
    to: { type: 'string', help: 'embedded, or an ARN, endpoint or name of the setting vectorStores.' },
    plan: { type: 'boolean', help: 'Say what it would do, and do nothing.' },
  },
  async run(invocation) {
    const { output, positionals } = invocation;
    const to = textOption(invocation, 'to');
    if (to === undefined) throw new UsageError('kb move needs --to: embedded, or a store of the setting vectorStores.');
    const connection = connect(invocation);
    const plan = invocation.options.plan === true;
    const input = { knowledgeBaseId: positionals[0], to, plan };
    const answer = await callLoam<Answer>(connection, 'MoveKnowledgeBase', input);
    if (answer.jobId === undefined) {
      output.result(answer.plan, answer.plan.does);
      return EXIT.done;
    }
    const job = await followJob(invocation, 'GetMove', { jobId: answer.jobId }, 'Copying');
    output.result(job, job.state === 'done' ? `${answer.plan.to} answers.` : `${job.state}: ${job.reason}`);
    return job.state === 'done' ? EXIT.done : EXIT.failed;
  },
};
