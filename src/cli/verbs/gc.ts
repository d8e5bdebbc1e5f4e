import type { Garbage } from '../../garbage.ts';
import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { hereOrThere, maintenanceOptions } from '../maintenance.ts';
import { EXIT, type Verb } from '../verb.ts';

export const gc: Verb = {
  name: 'gc',
  positionals: [],
  summary: 'Remove bytes and segments that nothing needs any more.',
  example: 'loam gc --plan',
  options: { plan: { type: 'boolean', help: 'Say what would be removed and why; remove nothing.' } },
  async run(invocation) {
    const plan = invocation.options.plan === true;
    const garbage = await hereOrThere<readonly Garbage[]>(
      invocation,
      async () => {
        const { collectGarbage } = await import('../../maintenance.ts');
        return collectGarbage(maintenanceOptions(invocation), { plan });
      },
      async () => {
        const answer = await callLoam<{ garbage: Garbage[] }>(connect(invocation), 'CollectGarbage', { plan });
        return answer.garbage;
      },
    );
    invocation.output.result(garbage, garbage.map((one) => lineOf(one, plan)).join('\n'));
    return EXIT.done;
  },
};

function lineOf({ kind, count, bytes, waiting, reason }: Garbage, plan: boolean): string {
  const size = bytes === undefined ? '' : `, ${bytes} bytes`;
  const young = waiting ? `, ${waiting} not old enough` : '';
  return `${kind.padEnd(18)} ${count} ${plan ? 'to remove' : 'removed'}${size}${young}\n${' '.repeat(19)}${reason}`;
}
