import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type Verb } from '../verb.ts';

export const models: Verb = {
  name: 'models',
  positionals: [],
  summary: 'Show which provider and model answers each model id.',
  example: 'loam models',
  options: {},
  async run(invocation) {
    type Model = { pattern: string; provider: string; model: string; kind: string; note?: string };
    const answer = await callLoam<{ models: Model[] }>(connect(invocation), 'ListModels');
    const lines = answer.models.map(
      ({ pattern, provider, model, kind }) => `${pattern}  ${kind}: ${provider}:${model}`,
    );
    invocation.output.result(answer.models, lines.join('\n'));
    return EXIT.done;
  },
};
