import type { Citation } from '@aws-sdk/client-bedrock-agent-runtime';
import { connect } from '../connection.ts';
import { EXIT, textOption, type Verb } from '../verb.ts';

export const kbAsk: Verb = {
  name: 'kb ask',
  positionals: ['KB', 'QUESTION…'],
  summary: 'Answer a question from a knowledge base, with citations.',
  example: 'loam kb ask ABCDEFGHIJ "What are the risks of participating?"',
  options: {
    model: { type: 'string', help: 'Model id', default: 'anthropic.claude-3-sonnet-20240229-v1:0' },
    session: { type: 'string', help: 'Id of the session that this question follows up' },
  },
  async run(invocation) {
    const { BedrockAgentRuntimeClient, RetrieveAndGenerateCommand } = await import(
      '@aws-sdk/client-bedrock-agent-runtime'
    );
    const connection = connect(invocation);
    const runtime = new BedrockAgentRuntimeClient(connection);
    const [knowledgeBaseId = '', ...words] = invocation.positionals;
    const sessionId = textOption(invocation, 'session');
    const modelArn = `arn:aws:bedrock:${connection.region}::foundation-model/${textOption(invocation, 'model')}`;
    const { $metadata, ...answer } = await runtime.send(
      new RetrieveAndGenerateCommand({
        input: { text: words.join(' ') },
        retrieveAndGenerateConfiguration: {
          type: 'KNOWLEDGE_BASE',
          knowledgeBaseConfiguration: { knowledgeBaseId, modelArn },
        },
        ...(sessionId ? { sessionId } : {}),
      }),
    );
    invocation.output.result(answer, [answer.output?.text, ...sourcesOf(answer.citations ?? [])].join('\n'));
    invocation.output.note(`session ${answer.sessionId}`);
    return EXIT.done;
  },
};

function sourcesOf(citations: readonly Citation[]): string[] {
  const references = citations.flatMap((citation) => citation.retrievedReferences ?? []);
  const sources = references.map(({ location, metadata }) => {
    const page = metadata?.['x-amz-bedrock-kb-document-page-number'];
    return `  [${location?.s3Location?.uri}${page === undefined ? '' : `, page ${page}`}]`;
  });
  return [...new Set(sources)];
}
