import type { Citation, RetrieveAndGenerateCommandInput } from '@aws-sdk/client-bedrock-agent-runtime';
import type { AnswerDescription } from '../../systems/knowledge/index.ts';
import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type Invocation, textOption, type Verb } from '../verb.ts';

export const kbAsk: Verb = {
  name: 'kb ask',
  positionals: ['KB', 'QUESTION…'],
  summary: 'Answer a question from a knowledge base, with citations.',
  example: 'loam kb ask ABCDEFGHIJ "What are the risks of participating?" --check',
  options: {
    model: { type: 'string', help: 'Model id', default: 'anthropic.claude-3-sonnet-20240229-v1:0' },
    session: { type: 'string', help: 'Id of the session that this question follows up' },
    check: { type: 'boolean', help: 'Say of each sentence how well its sources bear it out' },
    tables: { type: 'string', help: 'off: answer from passages alone, never by counting in tables', default: 'on' },
    decompose: { type: 'boolean', help: 'Take a question of several parts apart before passages are looked for' },
  },
  async run(invocation) {
    const { BedrockAgentRuntimeClient, RetrieveAndGenerateCommand } = await import(
      '@aws-sdk/client-bedrock-agent-runtime'
    );
    const connection = connect(invocation);
    const runtime = new BedrockAgentRuntimeClient(connection);
    const command = new RetrieveAndGenerateCommand(requestOf(invocation, connection.region));
    let answerId = '';
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { headers } = result.response as { headers: Readonly<Record<string, string>> };
        answerId = headers['x-loam-answer'] ?? '';
        return result;
      },
      { step: 'deserialize', priority: 'low' },
    );
    const { $metadata, ...answer } = await runtime.send(command);
    const told = invocation.options.check === true ? await checked(connection, answerId) : {};
    const lines = [answer.output?.text, ...sourcesOf(answer.citations ?? []), ...sentencesOf(told)];
    invocation.output.result({ ...answer, answerId, ...told }, lines.join('\n'));
    invocation.output.note(`session ${answer.sessionId}, answer ${answerId}`);
    return EXIT.done;
  },
};

function requestOf(invocation: Invocation, region: string): RetrieveAndGenerateCommandInput {
  const [knowledgeBaseId = '', ...words] = invocation.positionals;
  const sessionId = textOption(invocation, 'session');
  const modelArn = `arn:aws:bedrock:${region}::foundation-model/${textOption(invocation, 'model')}`;
  const decompose = { queryTransformationConfiguration: { type: 'QUERY_DECOMPOSITION' as const } };
  return {
    input: { text: words.join(' ') },
    retrieveAndGenerateConfiguration: {
      type: 'KNOWLEDGE_BASE',
      knowledgeBaseConfiguration: {
        ...{ knowledgeBaseId, modelArn },
        ...(invocation.options.decompose === true && { orchestrationConfiguration: decompose }),
        ...(textOption(invocation, 'tables') === 'off' && { generationConfiguration: FROM_PASSAGES }),
      },
    },
    ...(sessionId && { sessionId }),
  };
}

/** A prompt of one's own is always filled with passages. */
const FROM_PASSAGES = {
  promptTemplate: {
    textPromptTemplate: `Answer the question from these search results.\n$search_results$\n\n$query$\n\n$output_format_instructions$`,
  },
};

type Checked = Partial<Pick<AnswerDescription, 'answered' | 'sentences' | 'unsupported'>>;

async function checked(connection: Parameters<typeof callLoam>[0], answerId: string): Promise<Checked> {
  const told = await callLoam<AnswerDescription>(connection, 'GetAnswer', { answerId });
  const { answered, sentences, unsupported } = told;
  return { answered, sentences, unsupported };
}

function sentencesOf({ sentences = [], answered = false }: Checked): string[] {
  if (!answered) return [];
  return sentences.map(({ text, support, supported }) => `  ${supported ? '✓' : '✗'} ${support.toFixed(2)} ${text}`);
}

function sourcesOf(citations: readonly Citation[]): string[] {
  const references = citations.flatMap((citation) => citation.retrievedReferences ?? []);
  const sources = references.map(({ location, metadata }) => {
    const page = metadata?.['x-amz-bedrock-kb-document-page-number'];
    const cells = metadata?.['x-loam-cells'];
    const place = location?.s3Location?.uri ?? location?.customDocumentLocation?.id;
    const at = page === undefined ? (cells === undefined ? '' : `, ${cells}`) : `, page ${page}`;
    return `  [${place}${at}]`;
  });
  return [...new Set(sources)];
}
