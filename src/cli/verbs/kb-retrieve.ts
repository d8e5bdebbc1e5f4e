import { connect } from '../connection.ts';
import { EXIT, numberOption, type Verb } from '../verb.ts';

const SHOWN = 160;

export const kbRetrieve: Verb = {
  name: 'kb retrieve',
  positionals: ['KB', 'QUERY…'],
  summary: 'Show the passages of a knowledge base that fit a query best.',
  example: 'loam kb retrieve ABCDEFGHIJ "side effects" --results 3',
  options: { results: { type: 'string', help: 'How many, 1 to 100', default: '5' } },
  async run(invocation) {
    const { BedrockAgentRuntimeClient, RetrieveCommand } = await import('@aws-sdk/client-bedrock-agent-runtime');
    const runtime = new BedrockAgentRuntimeClient(connect(invocation));
    const [knowledgeBaseId, ...words] = invocation.positionals;
    const numberOfResults = numberOption(invocation, 'results') ?? 5;
    const { retrievalResults = [] } = await runtime.send(
      new RetrieveCommand({
        knowledgeBaseId,
        retrievalQuery: { text: words.join(' ') },
        retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults } },
      }),
    );
    const lines = retrievalResults.map(({ score, location, content }) => {
      const text = (content?.text ?? '').replace(/\s+/g, ' ').slice(0, SHOWN);
      return `${score?.toFixed(4)} ${location?.s3Location?.uri}\n       ${text}`;
    });
    invocation.output.result(retrievalResults, lines.join('\n') || 'No passage fits.');
    return EXIT.done;
  },
};
