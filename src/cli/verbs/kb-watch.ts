import { connect } from '../connection.ts';
import { chosenSource, DATA_SOURCE_OPTION } from '../knowledge-base-sources.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, UsageError, type Verb } from '../verb.ts';

export const kbWatch: Verb = {
  name: 'kb watch',
  positionals: ['KB', 'on|off'],
  summary: 'Sync a knowledge base by itself whenever its bucket changes, or no longer.',
  example: 'loam kb watch ABCDEFGHIJ on',
  options: DATA_SOURCE_OPTION,
  async run(invocation) {
    const [, wanted] = invocation.positionals;
    if (wanted !== 'on' && wanted !== 'off') throw new UsageError(`loam kb watch takes on or off, not "${wanted}".`);
    const { BedrockAgentClient } = await import('@aws-sdk/client-bedrock-agent');
    const agent = new BedrockAgentClient(connect(invocation));
    const request = { ...(await chosenSource(agent, invocation)), watched: wanted === 'on' };
    const answer = await callLoam<{ watched: boolean }>(connect(invocation), 'WatchDataSource', request);
    const text = answer.watched
      ? 'It is synced whenever something in its bucket changes. What is there now: loam kb sync.'
      : 'It is synced only when asked to.';
    invocation.output.result(answer, text);
    return EXIT.done;
  },
};
