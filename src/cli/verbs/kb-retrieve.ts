import type { KnowledgeBaseRetrievalResult, RetrievalFilter } from '@aws-sdk/client-bedrock-agent-runtime';
import type { RetrieveExplanation } from '../../systems/knowledge/index.ts';
import { connect } from '../connection.ts';
import { explanationText } from '../explanation-text.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type ExitCode, type Invocation, numberOption, textOption, UsageError, type Verb } from '../verb.ts';

const SHOWN = 160;
const TYPES = { hybrid: 'HYBRID', semantic: 'SEMANTIC' } as const;

/** What is asked, in the form of Loam's own operations. */
interface Asked {
  readonly knowledgeBaseId: string;
  readonly text: string;
  readonly numberOfResults: number;
  readonly searchType?: 'HYBRID' | 'SEMANTIC';
  readonly filter?: RetrievalFilter;
  readonly asOf?: string;
}

export const kbRetrieve: Verb = {
  name: 'kb retrieve',
  positionals: ['KB', 'QUERY…'],
  summary: 'Show the passages of a knowledge base that fit a query best, and why.',
  example: 'loam kb retrieve ABCDEFGHIJ "side effects" --results 3 --why',
  options: {
    results: { type: 'string', help: 'How many, 1 to 100', default: '5' },
    filter: { type: 'string', help: 'A filter as Retrieve takes it, in JSON: {"equals":{"key":"year","value":2026}}' },
    search: { type: 'string', help: 'hybrid or semantic; hybrid without it' },
    why: { type: 'boolean', help: 'Say what each clause of the filter lets pass, and how each result scored' },
    'as-of': { type: 'string', help: 'Retrieve as the index stood at a time, such as 2026-11-01T00:00:00Z' },
  },
  async run(invocation) {
    const asked = askedOf(invocation);
    if (invocation.options.why === true) return explain(invocation, asked);
    const results = asked.asOf === undefined ? await retrieve(invocation, asked) : await asOf(invocation, asked);
    invocation.output.result(results, results.map(lineOf).join('\n') || 'No passage fits. Ask why with --why.');
    return EXIT.done;
  },
};

function askedOf(invocation: Invocation): Asked {
  const [knowledgeBaseId = '', ...words] = invocation.positionals;
  const [search, filter, at] = ['search', 'filter', 'as-of'].map((name) => textOption(invocation, name));
  if (search !== undefined && !(search in TYPES)) {
    throw new UsageError(`--search takes hybrid or semantic, not "${search}".`);
  }
  if (at !== undefined && Number.isNaN(Date.parse(at))) {
    throw new UsageError(`--as-of takes a time such as 2026-11-01T00:00:00Z, not "${at}".`);
  }
  return {
    knowledgeBaseId,
    text: words.join(' '),
    numberOfResults: numberOption(invocation, 'results') ?? 5,
    ...(search !== undefined && { searchType: TYPES[search as keyof typeof TYPES] }),
    ...(filter !== undefined && { filter: parseFilter(filter) }),
    ...(at !== undefined && { asOf: new Date(at).toISOString() }),
  };
}

function parseFilter(text: string): RetrievalFilter {
  try {
    return JSON.parse(text) as RetrievalFilter;
  } catch (cause) {
    throw new UsageError(`--filter is not JSON: ${text}`, { cause });
  }
}

async function explain(invocation: Invocation, asked: Asked): Promise<ExitCode> {
  const explanation = await callLoam<RetrieveExplanation>(connect(invocation), 'ExplainRetrieve', asked);
  invocation.output.result(explanation, explanationText(explanation));
  return EXIT.done;
}

async function asOf(invocation: Invocation, asked: Asked): Promise<readonly KnowledgeBaseRetrievalResult[]> {
  const answer = await callLoam<{ retrievalResults: KnowledgeBaseRetrievalResult[] }>(
    connect(invocation),
    'RetrieveAsOf',
    asked,
  );
  return answer.retrievalResults;
}

async function retrieve(invocation: Invocation, asked: Asked): Promise<readonly KnowledgeBaseRetrievalResult[]> {
  const { BedrockAgentRuntimeClient, RetrieveCommand } = await import('@aws-sdk/client-bedrock-agent-runtime');
  const runtime = new BedrockAgentRuntimeClient(connect(invocation));
  const { knowledgeBaseId, text, numberOfResults, searchType, filter } = asked;
  const { retrievalResults = [] } = await runtime.send(
    new RetrieveCommand({
      knowledgeBaseId,
      retrievalQuery: { text },
      retrievalConfiguration: {
        vectorSearchConfiguration: {
          numberOfResults,
          ...(searchType && { overrideSearchType: searchType }),
          ...(filter && { filter }),
        },
      },
    }),
  );
  return retrievalResults;
}

function lineOf({ score, location, content }: KnowledgeBaseRetrievalResult): string {
  const text = (content?.text ?? '').replace(/\s+/g, ' ').slice(0, SHOWN);
  const place = location?.s3Location?.uri ?? location?.customDocumentLocation?.id;
  return `${score?.toFixed(4)} ${place}\n       ${text}`;
}
