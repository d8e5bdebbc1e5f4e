import type { Replay } from '../../systems/knowledge/index.ts';
import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type Verb } from '../verb.ts';

export const kbReplay: Verb = {
  name: 'kb replay',
  positionals: ['ANSWER'],
  summary: 'Answer a recorded question again, from the same state of the index, and say what changed.',
  example: 'loam kb replay 3f0b0c9e-5a0e-4c5e-9a43-0d6f2a7f1f55',
  options: {},
  async run(invocation) {
    const [answerId] = invocation.positionals;
    const replay = await callLoam<Replay>(connect(invocation), 'ReplayAnswer', { answerId });
    invocation.output.result(replay, textOf(replay));
    return replay.reproduced ? EXIT.done : EXIT.failed;
  },
};

function textOf({ reproduced, changes, was, is }: Replay): string {
  if (reproduced) return `Reproduced: ${was}`;
  const lines = changes.filter(({ what }) => what !== 'text').map((one) => `${one.what} was ${one.was}, is ${one.is}`);
  return ['Not reproduced.', ...lines, `was: ${was}`, ...(is === undefined ? [] : [`is:  ${is}`])].join('\n');
}
