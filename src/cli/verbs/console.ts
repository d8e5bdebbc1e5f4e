import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type Verb } from '../verb.ts';

export const consoleLink: Verb = {
  name: 'console',
  positionals: [],
  summary: 'Print a fresh one-time link to the console.',
  example: 'loam console',
  options: {},
  async run(invocation) {
    const { link } = await callLoam<{ link: string }>(connect(invocation), 'CreateConsoleLink');
    invocation.output.result({ link }, link);
    return EXIT.done;
  },
};
